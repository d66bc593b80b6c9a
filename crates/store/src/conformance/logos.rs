//! Rules of the logos of clients.

use pixie_provider::store::{Logo, LogoOrigin};
use pixie_provider::{ClientKey, PictureFormat};

use super::{NOW, World};

const MAX: u32 = 2;

fn logo(client: ClientKey, uri: &str) -> Logo {
    Logo {
        client,
        uri: uri.to_owned(),
        format: PictureFormat::Webp,
        picture: vec![0, 1, 255, 0],
        fetched_at: NOW,
    }
}

/// The last one counts.
pub async fn a_logo_is_found_as_it_was_kept_and_replaces_the_one_before(world: World) {
    let client = world.client("app").await;
    assert_eq!(world.store.find_logo(client).await, Ok(None));
    assert_eq!(world.store.find_logo_origin(client).await, Ok(None));
    let first = logo(client, "https://a.example/1");
    assert_eq!(world.store.keep_logo(first.clone(), MAX).await, Ok(true));
    assert_eq!(world.store.find_logo(client).await, Ok(Some(first)));
    let second = Logo {
        format: PictureFormat::Ico,
        picture: Vec::new(),
        fetched_at: NOW.plus(60),
        ..logo(client, "https://a.example/2")
    };
    assert_eq!(world.store.keep_logo(second.clone(), MAX).await, Ok(true));
    let origin = LogoOrigin {
        uri: second.uri.clone(),
        fetched_at: second.fetched_at,
    };
    assert_eq!(world.store.find_logo_origin(client).await, Ok(Some(origin)));
    assert_eq!(world.store.find_logo(client).await, Ok(Some(second)));
}

/// A client that has a logo may always replace it.
pub async fn no_more_logos_than_allowed_are_kept(world: World) {
    let (one, two, three) = (
        world.client("one").await,
        world.client("two").await,
        world.client("three").await,
    );
    let uri = "https://a.example/";
    for (client, kept) in [(one, true), (two, true), (three, false), (one, true)] {
        assert_eq!(world.store.keep_logo(logo(client, uri), MAX).await, Ok(kept));
    }
    assert_eq!(world.store.find_logo(three).await, Ok(None));
}

/// It makes room for another, and brings nothing back.
pub async fn a_logo_goes_with_its_client(world: World) {
    let (gone, other) = (world.client("gone").await, world.client("other").await);
    let uri = "https://a.example/";
    for client in [gone, other] {
        assert_eq!(world.store.keep_logo(logo(client, uri), MAX).await, Ok(true));
    }
    assert_eq!(world.store.delete_client(gone, NOW, None).await, Ok(true));
    assert_eq!(world.store.find_logo(gone).await, Ok(None));
    assert_eq!(world.store.keep_logo(logo(gone, uri), MAX).await, Ok(false));
    let third = world.client("third").await;
    assert_eq!(world.store.keep_logo(logo(third, uri), MAX).await, Ok(true));
    assert!(world.store.find_logo(other).await.unwrap().is_some());
}
