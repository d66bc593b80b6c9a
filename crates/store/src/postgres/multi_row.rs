//! Statements that the server runs once for several commands: the values of each command are a row of one `VALUES` list. To
//! receive, start, finish and answer a statement costs the server more than most of its rows.

use std::sync::OnceLock;

/// So many commands share a statement at the most.
pub(super) const MAX_ROWS: usize = 64;

/// How many numbers of rows there are texts for: 2, 4, 8, … [`MAX_ROWS`].
const TEXTS: usize = MAX_ROWS.ilog2() as usize;

/// A statement for one command, and its form for several.
///
/// The form for several selects the number of a command as the last column of each row that belongs to that command. A
/// command of which every value is NULL only fills the list up, and must change and find nothing.
pub(super) struct MultiRow {
    /// The text for one command.
    pub(super) one: &'static str,
    form: Form,
    /// The texts for 2, 4, 8, … commands, each made when it is first needed.
    texts: [OnceLock<String>; TEXTS],
}

enum Form {
    /// One command is the row `$1` of a query, found by its key.
    Lookup,
    /// The names of a command's values, and the statement that reads them from `command`, beside its `number`.
    Command {
        columns: &'static str,
        statement: &'static str,
    },
}

impl MultiRow {
    /// A query that finds at most one row by the key `$1`. For several keys it runs once for each, so that its plan does not
    /// depend on their number (`OFFSET 0` keeps the planner from joining the tables in another order).
    pub(super) const fn lookup(one: &'static str) -> Self {
        Self::new(one, Form::Lookup)
    }

    /// A statement of which the form for several commands is written out: `columns` names the values in the order of `$1`,
    /// `$2`, …, and `statement` follows `WITH command AS (…)`.
    pub(super) const fn command(one: &'static str, columns: &'static str, statement: &'static str) -> Self {
        Self::new(one, Form::Command { columns, statement })
    }

    const fn new(one: &'static str, form: Form) -> Self {
        Self {
            one,
            form,
            texts: [const { OnceLock::new() }; TEXTS],
        }
    }

    /// The text for so many commands, at least two, and how many rows its list has: the next power of two, so that few texts
    /// are prepared.
    pub(super) fn text(&'static self, commands: usize, values: usize) -> (&'static str, usize) {
        let rows = commands.next_power_of_two().clamp(2, MAX_ROWS);
        let text = &self.texts[rows.ilog2() as usize - 1];
        (text.get_or_init(|| self.write(rows, values)), rows)
    }

    fn write(&self, rows: usize, values: usize) -> String {
        let list: Vec<String> = (0..rows)
            .map(|row| {
                let values = (1..=values).map(|value| format!("${}, ", row * values + value));
                format!("({}{row}::bigint)", values.collect::<String>())
            })
            .collect();
        let list = list.join(", ");
        match self.form {
            Form::Lookup => {
                let query = self.one.replace("$1", "command.key");
                format!(
                    "SELECT found.*, command.number FROM (VALUES {list}) AS command (key, number),
                         LATERAL ({query} OFFSET 0) AS found"
                )
            }
            Form::Command { columns, statement } => {
                debug_assert_eq!(
                    columns.split(',').count(),
                    values,
                    "a name for each value of {}",
                    self.one
                );
                format!("WITH command ({columns}, number) AS (VALUES {list}), {statement}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static FIND: MultiRow = MultiRow::lookup("SELECT name FROM users WHERE id = $1");
    static ADD: MultiRow = MultiRow::command(
        "INSERT INTO users (id, name) VALUES ($1, $2)",
        "id, name",
        "added AS (INSERT INTO users (id, name) SELECT id, name FROM command WHERE id IS NOT NULL)
         SELECT number FROM command",
    );

    #[test]
    fn a_lookup_of_several_keys_is_run_for_each_key() {
        let (text, rows) = FIND.text(2, 1);
        assert_eq!(rows, 2);
        assert_eq!(
            text.split_whitespace().collect::<Vec<_>>().join(" "),
            "SELECT found.*, command.number FROM (VALUES ($1, 0::bigint), ($2, 1::bigint)) AS command (key, number), \
             LATERAL (SELECT name FROM users WHERE id = command.key OFFSET 0) AS found"
        );
    }

    #[test]
    fn each_command_is_a_row_of_its_values_and_its_number() {
        let (text, rows) = ADD.text(3, 2);
        assert_eq!(rows, 4);
        let list = "($1, $2, 0::bigint), ($3, $4, 1::bigint), ($5, $6, 2::bigint), ($7, $8, 3::bigint)";
        let begin = format!("WITH command (id, name, number) AS (VALUES {list}), added AS (");
        assert!(text.starts_with(&begin), "{text}");
    }

    #[test]
    fn few_texts_serve_every_number_of_commands() {
        let rows: Vec<usize> = [2, 3, 4, 5, 9, 33, 64]
            .map(|commands| ADD.text(commands, 2).1)
            .into();
        assert_eq!(rows, [2, 4, 4, 8, 16, 64, 64]);
    }
}
