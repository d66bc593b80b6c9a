//! The store's contract as a test suite, the same for every store: each rule by name, with contention if there may be
//! some. No rule sleeps; times are numbers in commands.
//!
//! `pixie_store::conformance!(new_store)` makes a test of every rule, if `new_store` is an async function in scope that
//! gives an empty store and the values that must live as long.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a rule that is broken panics: this module is for tests"
)]

pub mod account_links;
pub mod accounts;
pub mod clients;
pub mod consents;
pub mod credentials;
pub mod deletion;
pub mod events;
pub mod extend;
pub mod grants;
pub mod keys;
pub mod leases;
pub mod logos;
pub mod logouts;
pub mod mails;
pub mod openid;
pub mod refresh;
pub mod replays;
pub mod revoke;
pub mod root_keys;
pub mod sessions;
pub mod subjects;
pub mod sweep;
mod world;

pub use world::{
    ACCESS, CODE, FAMILY, Family, GRACE, NOW, REFRESH, World, code_of, count, credential, issue, nothing,
    password, scope, without_credentials,
};

/// Makes one test of every rule, in a module for each part of the contract.
#[macro_export]
macro_rules! conformance {
    ($new_store:expr) => {
        $crate::conformance_tests! { $new_store;
            account_links {
                a_link_is_found_as_it_was_made_also_after_its_end,
                an_invitation_makes_as_many_accounts_as_it_has_uses,
                fifty_use_the_last_use_of_an_invitation_and_one_wins,
                an_invitation_keeps_its_use_if_the_username_is_taken,
                an_invitation_that_has_ended_makes_no_account,
                a_reset_link_gives_its_account_another_password_once,
                fifty_use_one_reset_link_and_one_wins,
                a_reset_link_removes_the_other_credentials_only_if_it_says_so,
                a_reset_link_ends_sessions_and_families_only_if_asked_to,
                a_reset_link_that_has_ended_or_is_for_another_account_changes_nothing,
                a_reset_link_of_a_disabled_account_changes_nothing,
                a_reset_link_takes_the_place_of_the_one_before,
                a_link_by_mail_leaves_the_links_before_it_and_is_stored_with_its_mail,
                another_password_uses_up_reset_links,
                a_reset_by_one_link_uses_up_the_others,
                links_are_not_used_for_what_they_are_not_for,
                a_link_goes_thirty_days_after_its_end,
            }
            accounts {
                an_account_is_found_as_it_was_made,
                a_username_is_taken_whatever_its_case,
                fifty_insert_the_same_username_and_one_wins,
                accounts_are_listed_in_pages_by_id,
                accounts_are_found_by_an_address_without_the_case_of_ascii,
                an_update_changes_what_is_known_of_a_person_and_administrator_and_nothing_else,
                an_external_identifier_has_one_account_and_is_compared_byte_by_byte,
                fifty_ensure_one_external_identifier_and_get_one_account,
                an_external_account_is_not_made_with_a_username_that_is_taken,
                an_account_is_renamed_unless_the_name_is_taken,
                an_external_account_that_is_disabled_stays_disabled,
                a_new_password_ends_sessions_and_families,
                disabling_ends_sessions_and_families_and_enabling_brings_none_back,
                a_new_password_or_disabling_tells_the_clients_of_all_sessions,
                what_is_asked_of_a_missing_account_is_false,
                only_an_administrator_who_may_sign_in_counts,
                a_link_works_until_its_end_and_until_it_is_replaced,
                fifty_use_one_link_and_one_wins,
                a_link_survives_a_taken_username,
                a_link_makes_no_second_administrator,
            }
            deletion {
                a_deleted_account_takes_everything_with_it_that_is_only_its_own,
                a_deleted_accounts_name_is_free_and_brings_nothing_back,
                the_clients_of_a_deleted_account_are_told_its_subject,
                the_last_administrator_is_not_deleted,
                fifty_delete_two_administrators_and_one_stays,
            }
            clients {
                a_client_is_found_as_it_was_registered,
                an_identifier_is_compared_byte_for_byte,
                fifty_register_the_same_identifier_and_one_wins,
                registering_the_identical_client_gives_the_first_and_ends_its_token,
                the_identical_client_is_found_and_those_that_registered_themselves_are_counted,
                a_taken_identifier_is_taken_for_another_client_that_registers_itself,
                fifty_register_the_identical_client_and_one_wins,
                clients_are_listed_in_pages_by_key_and_by_owner,
                an_update_keeps_identifier_key_and_registration_time,
                an_update_replaces_how_a_client_that_registered_itself_is_managed,
                fifty_change_the_same_revision_and_one_wins,
                a_deleted_client_takes_codes_tokens_and_consents_with_it,
                a_deleted_clients_identifier_is_free_and_brings_nothing_back,
                the_names_of_trusted_clients_are_listed,
                the_maximum_lifetime_of_signed_tokens_follows_the_clients,
            }
            consents {
                a_consent_comes_with_its_code_and_replaces_the_one_before,
                a_code_without_consent_leaves_what_was_remembered,
                withdrawing_revokes_what_the_client_got_from_this_person,
                a_consent_at_a_redirect_uri_of_a_device_is_one_of_its_own,
            }
            credentials {
                credentials_are_made_with_their_account,
                an_account_has_one_password_at_most,
                opening_a_session_notes_the_use_of_its_credential,
                credentials_are_added_renamed_and_found_by_their_lookup,
                credentials_of_a_kind_are_replaced_as_a_whole,
                a_lookup_has_one_credential,
                the_last_credential_with_which_a_sign_in_begins_is_not_removed_by_accident,
                the_passkey_that_was_made_last_is_found,
                two_remove_the_last_two_ways_to_sign_in_at_once_and_one_stays,
                a_proof_that_leaves_its_credential_as_it_is_counts_once,
                a_password_is_hashed_anew_unless_it_was_changed_meanwhile,
                fifty_spend_one_time_step_and_one_wins,
                fifty_spend_one_recovery_code_and_one_wins,
                a_half_finished_sign_in_is_completed_once,
                fifty_guesses_at_once_are_all_counted_and_forgotten_together,
            }
            events {
                an_event_is_listed_as_it_was_stored,
                events_are_listed_by_account_client_and_kind_the_newest_first,
                a_command_that_changes_nothing_stores_no_event,
                a_command_on_an_account_stores_its_event_if_the_account_is_there,
                an_external_account_that_is_found_stores_no_event,
                a_link_is_stored_with_its_event,
                an_unused_client_is_swept_with_an_event_if_it_is_recorded,
                a_token_that_is_not_issued_or_revoked_stores_no_event,
                a_key_that_is_not_the_newest_stores_no_event,
                counts_are_added_up_by_hour_and_kind,
                old_events_and_counts_are_swept_in_bounded_batches,
            }
            extend {
                a_refresh_token_that_stays_gives_access_tokens_and_ends_later,
                fifty_extend_one_token_and_all_win,
                a_token_that_was_exchanged_is_not_extended,
                an_extended_token_is_gone_at_the_end_of_its_family,
                an_expired_revoked_or_foreign_token_is_not_extended,
                a_disabled_persons_token_is_not_extended,
                a_grant_is_kept_until_its_extended_token_ends,
            }
            grants {
                a_code_is_found_as_it_was_issued,
                a_redeemed_code_gives_the_tokens_of_the_command,
                an_answered_write_is_read_at_once,
                fifty_redeem_one_code_and_one_wins_and_the_family_is_revoked,
                a_code_redeemed_twice_revokes_its_family_also_after_its_end,
                an_expired_code_is_gone_from_its_last_second_on,
                another_clients_code_is_gone_and_stays_good,
                a_disabled_persons_code_is_gone,
                an_unknown_code_is_gone,
                a_revoked_code_is_gone,
                too_many_wrong_verifiers_revoke_the_grant,
                fifty_wrong_verifiers_at_once_are_all_counted,
                wrong_verifiers_do_not_end_a_redeemed_family,
                a_token_of_its_own_speaks_for_the_client_alone,
                an_access_token_of_a_disabled_person_says_so,
                families_are_listed_while_something_of_them_lives,
                the_key_that_a_token_is_bound_to_comes_back,
            }
            keys {
                an_old_key_ends_when_it_is_withdrawn_and_no_other,
                the_next_key_signs_from_the_end_of_the_one_that_signs,
                the_first_key_is_stored_once_by_fifty_nodes,
                fifty_rotate_the_same_key_and_one_wins,
                a_rotation_gives_its_end_to_the_newest_key_only,
                a_key_published_for_later_never_comes_after_its_successor,
                a_key_id_is_taken_once,
                an_old_key_is_swept_after_its_end,
            }
            leases {
                fifty_take_one_lease_and_one_wins,
                fifty_take_over_an_ended_lease_and_one_wins,
                the_holder_renews_and_nobody_comes_between,
                a_lease_that_has_ended_is_taken_over,
                leases_of_two_jobs_are_two,
                a_clock_that_steps_back_keeps_nobody_out,
                clocks_that_differ_a_little_share_a_lease,
                a_lease_lasts_no_longer_than_the_longest,
                the_end_of_the_lease_that_was_taken_last_is_told,
            }
            logos {
                a_logo_is_found_as_it_was_kept_and_replaces_the_one_before,
                no_more_logos_than_allowed_are_kept,
                a_logo_goes_with_its_client,
            }
            logouts {
                deliveries_are_taken_in_the_order_in_which_they_are_due,
                a_delivery_that_was_taken_is_nobody_elses_until_its_time,
                fifty_take_deliveries_and_each_goes_to_one,
                a_delivery_that_is_done_with_is_gone,
                a_failed_delivery_is_due_when_it_was_put_back_for,
            }
            mails {
                mails_are_taken_in_the_order_in_which_they_are_due,
                a_mail_that_was_taken_is_nobody_elses_until_its_time,
                fifty_take_mails_and_each_goes_to_one,
                a_mail_that_is_done_with_is_gone,
                a_failed_mail_is_due_when_it_was_put_back_for,
                no_more_mails_wait_than_allowed,
                a_password_is_changed_with_the_mail_about_it,
                no_mail_is_stored_about_an_account_that_is_gone,
                a_password_is_changed_also_if_too_many_mails_wait,
                mails_that_expired_go_after_an_hour,
            }
            openid {
                what_a_grant_says_and_is_for_comes_back_with_its_code_and_tokens,
                a_token_of_its_own_has_resources_and_no_id_token,
                a_token_says_whether_its_client_has_pairwise_subjects,
                an_answer_without_a_grant_keeps_consent_and_sign_in,
                an_access_token_beside_a_code_ends_with_the_grant,
                a_grant_stays_as_long_as_the_access_token_beside_its_code,
                a_code_stays_redeemable_after_the_access_token_beside_it,
                a_grant_without_a_code_is_redeemed_from_the_start,
            }
            refresh {
                a_refresh_token_is_found_as_it_was_issued,
                fifty_rotate_one_token_and_one_wins_and_the_others_get_its_answer,
                a_repeated_request_is_answered_within_the_grace_on_both_sides,
                without_grace_nothing_repeats,
                the_grace_ends_to_the_millisecond,
                reuse_after_the_grace_revokes_the_whole_family,
                fifty_reuse_at_once_and_the_family_is_revoked_once,
                a_token_of_a_revoked_family_is_gone_also_within_the_grace,
                an_expired_token_is_gone_from_its_last_second_on,
                a_token_is_gone_at_the_end_of_its_family,
                another_clients_token_is_gone_and_stays_good,
                a_disabled_persons_token_is_gone,
                a_rotated_token_stays_known_with_its_answer,
                old_and_new_generations_rotate_in_order,
            }
            replays {
                a_value_is_used_once_until_it_expires,
                the_first_use_of_a_value_says_what_it_was_used_for,
                fifty_use_one_value_and_one_wins,
                fifty_use_an_expired_value_again_and_one_wins,
            }
            revoke {
                an_access_token_is_revoked_alone,
                a_refresh_token_is_revoked_with_its_family,
                a_rotated_refresh_token_revokes_its_successors,
                another_clients_token_is_foreign_and_stays_good,
                an_administrator_revokes_whoevers_token,
                an_unknown_token_is_unknown,
                a_token_that_is_dead_already_counts_as_revoked,
                revoking_by_person_client_or_both_ends_those_and_counts_them,
                fifty_rotations_never_outlive_a_revocation,
            }
            root_keys {
                the_root_key_of_a_new_store_is_stored_once_by_fifty_nodes,
                a_master_key_is_added_only_beside_one_that_is_there,
                a_retired_master_key_is_gone_and_the_last_one_stays,
                fifty_retire_each_others_master_key_and_one_stays,
            }
            sessions {
                a_session_is_found_with_the_person_as_they_are_now,
                sessions_of_a_person_end_but_the_one_in_use,
                a_session_of_a_person_ends_by_its_id_and_is_listed_until_then,
                opening_replaces_the_browsers_session,
                touching_notes_the_time_and_never_goes_back,
                a_closed_session_is_gone,
                what_a_session_has_signed_in_to_is_noted_once,
                fifty_sign_in_to_one_client_and_it_is_told_once,
                a_session_that_is_gone_signs_in_to_nothing,
                a_session_goes_on_under_another_cookie_with_its_clients,
                closing_ends_a_session_under_all_its_cookies,
                another_session_in_its_place_ends_it_as_a_sign_out_does,
                closing_notes_down_the_clients_to_be_told,
                fifty_close_one_session_and_its_clients_are_told_once,
                closing_ends_the_grants_that_end_with_the_session,
                a_grant_of_a_session_that_has_ended_is_dead_from_the_start,
            }
            subjects {
                an_account_keeps_the_subject_that_it_is_made_with,
                a_subject_is_that_of_one_account,
                fifty_insert_the_same_subject_and_one_wins,
                a_subject_is_not_the_id_of_another_account,
                a_subject_and_a_client_identifier_are_never_the_same,
                fifty_times_an_account_or_a_client_gets_a_name_and_never_both,
                a_given_subject_comes_with_codes_tokens_sessions_and_deliveries,
            }
            sweep {
                nothing_alive_is_swept,
                an_unredeemed_code_goes_after_its_end,
                a_grant_stays_as_long_as_any_token_of_it,
                a_family_goes_with_its_last_token_and_not_before,
                reuse_is_found_until_the_token_would_have_ended,
                sealed_answers_go_after_the_grace,
                sessions_go_when_expired_or_idle,
                what_a_session_had_signed_in_to_goes_with_it,
                a_client_that_waits_to_be_told_goes_after_a_day,
                used_values_go_after_their_end,
                guesses_go_after_their_end,
                unused_clients_that_registered_themselves_go,
                a_client_that_registered_itself_stays_while_it_is_used,
                fifty_use_clients_while_they_are_swept_and_none_is_half_gone,
                links_go_after_their_end,
                consents_of_a_deleted_client_go,
                a_sweep_is_bounded_per_kind,
                a_store_that_can_write_is_ready,
            }
        }
    };
}

/// Makes the tests of [`conformance!`](crate::conformance!).
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_tests {
    ($new_store:expr; $($area:ident { $($rule:ident,)+ })+) => {
        $(mod $area {
            use super::*;

            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $rule() {
                let (store, _keeps) = $new_store().await;
                $crate::conformance::$area::$rule($crate::conformance::World::on(store)).await;
            })+
        })+

        #[test]
        fn every_rule_is_run() {
            $(assert_eq!(
                $crate::conformance::rules(stringify!($area)),
                [$(stringify!($rule),)+],
                "{}",
                stringify!($area),
            );)+
        }
    };
}

/// Names of the rules that a part states, as written in its file.
#[doc(hidden)]
pub fn rules(area: &str) -> Vec<&'static str> {
    let text = match area {
        "account_links" => include_str!("conformance/account_links.rs"),
        "accounts" => include_str!("conformance/accounts.rs"),
        "clients" => include_str!("conformance/clients.rs"),
        "consents" => include_str!("conformance/consents.rs"),
        "credentials" => include_str!("conformance/credentials.rs"),
        "deletion" => include_str!("conformance/deletion.rs"),
        "events" => include_str!("conformance/events.rs"),
        "extend" => include_str!("conformance/extend.rs"),
        "grants" => include_str!("conformance/grants.rs"),
        "keys" => include_str!("conformance/keys.rs"),
        "leases" => include_str!("conformance/leases.rs"),
        "logos" => include_str!("conformance/logos.rs"),
        "logouts" => include_str!("conformance/logouts.rs"),
        "mails" => include_str!("conformance/mails.rs"),
        "openid" => include_str!("conformance/openid.rs"),
        "refresh" => include_str!("conformance/refresh.rs"),
        "replays" => include_str!("conformance/replays.rs"),
        "revoke" => include_str!("conformance/revoke.rs"),
        "root_keys" => include_str!("conformance/root_keys.rs"),
        "sessions" => include_str!("conformance/sessions.rs"),
        "subjects" => include_str!("conformance/subjects.rs"),
        _ => include_str!("conformance/sweep.rs"),
    };
    text.lines()
        .filter_map(|line| line.strip_prefix("pub async fn "))
        .filter_map(|line| line.split('(').next())
        .collect()
}
