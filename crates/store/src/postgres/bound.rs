//! The statements of many commands as they are sent: those that have one text for several commands are sent as one.

use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};

use super::columns::{Result, plain};
use super::multi_row::{MAX_ROWS, MultiRow};
use super::statement::{Sql, Statement, Value};

/// The value with which a list is filled up.
static NULL: Value = Value::Text(None);

/// A statement with the values of one command or of several.
pub(super) struct Bound<'a> {
    /// The text.
    pub(super) sql: &'static str,
    of: Vec<&'a Statement>,
    /// The places of these statements among all of the batch.
    places: Vec<usize>,
    /// The number of values, those included that fill the list up.
    values: usize,
}

impl<'a> Bound<'a> {
    /// A statement by itself.
    pub(super) fn alone(statement: &'a Statement, place: usize) -> Self {
        Self {
            sql: statement.sql.one(),
            values: statement.values.len(),
            of: vec![statement],
            places: vec![place],
        }
    }

    /// Statements of one text, each with its place, at most [`MAX_ROWS`].
    fn together(text: &'static MultiRow, statements: Vec<(usize, &'a Statement)>) -> Self {
        let values = statements.first().map_or(0, |(_, first)| first.values.len());
        let (sql, rows) = text.text(statements.len(), values);
        let (places, of) = statements.into_iter().unzip();
        Self {
            sql,
            of,
            places,
            values: rows * values,
        }
    }

    /// The values in the order of `$1`, `$2`, ….
    pub(super) fn values(&self) -> Vec<&(dyn ToSql + Sync)> {
        let values = self.of.iter().flat_map(|statement| &statement.values);
        let values = values.map(|value| value as &(dyn ToSql + Sync));
        let null: &(dyn ToSql + Sync) = &NULL;
        values.chain(std::iter::repeat(null)).take(self.values).collect()
    }

    /// The types of the values.
    pub(super) fn kinds(&self) -> Vec<Type> {
        let of_one = self
            .of
            .first()
            .into_iter()
            .flat_map(|statement| &statement.values);
        let of_one = of_one.map(Value::kind);
        of_one.cycle().take(self.values).collect()
    }
}

/// The statements that are sent for the commands of a batch. The statements of a command keep their order; those that are sent together are
/// the first of their commands, and come before all others.
pub(super) fn bind<'a>(commands: impl Iterator<Item = &'a [Statement]>) -> Vec<Bound<'a>> {
    let mut together: Vec<(&'static MultiRow, Vec<(usize, &Statement)>)> = Vec::new();
    let mut alone = Vec::new();
    let mut place = 0;
    for statements in commands {
        for (position, statement) in statements.iter().enumerate() {
            match statement.sql {
                Sql::MultiRow(text) if position == 0 => {
                    let known = together
                        .iter_mut()
                        .find(|(known, of)| std::ptr::eq(*known, text) && of.len() < MAX_ROWS);
                    match known {
                        Some((_, of)) => of.push((place, statement)),
                        None => together.push((text, vec![(place, statement)])),
                    }
                }
                _ => alone.push(Bound::alone(statement, place)),
            }
            place += 1;
        }
    }
    let together = together.into_iter().map(|(text, of)| match of.as_slice() {
        [(place, statement)] => Bound::alone(statement, *place),
        _ => Bound::together(text, of),
    });
    together.chain(alone).collect()
}

/// Every statement by itself, in order.
pub(super) fn bind_each<'a>(commands: impl Iterator<Item = &'a [Statement]>) -> Vec<Bound<'a>> {
    let statements = commands.flatten().enumerate();
    statements
        .map(|(place, statement)| Bound::alone(statement, place))
        .collect()
}

/// The rows of each statement of the batch, in the order of the commands.
///
/// # Errors
/// A row does not say which command it is for.
pub(super) fn rows_of_each(sent: &[Bound<'_>], answers: Vec<Vec<Row>>) -> Result<Vec<Vec<Row>>> {
    let statements = sent.iter().map(|bound| bound.places.len()).sum();
    let mut rows_of_each: Vec<Vec<Row>> = (0..statements).map(|_| Vec::new()).collect();
    for (bound, rows) in sent.iter().zip(answers) {
        if let [place] = bound.places.as_slice() {
            rows_of_each[*place] = rows;
            continue;
        }
        for row in rows {
            let number: i64 = plain(&row, row.len().saturating_sub(1))?;
            let place = usize::try_from(number)
                .ok()
                .and_then(|number| bound.places.get(number));
            if let Some(place) = place {
                rows_of_each[*place].push(row);
            }
        }
    }
    Ok(rows_of_each)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::statement::statement;

    static ADD: MultiRow = MultiRow::command("ADD $1, $2", "key, value", "ADD ALL");

    fn texts(commands: &[Vec<Statement>]) -> Vec<String> {
        let sent = bind(commands.iter().map(Vec::as_slice));
        let text = |bound: &Bound| format!("{} {:?} {}", bound.sql, bound.places, bound.values().len());
        sent.iter().map(text).collect()
    }

    #[test]
    fn first_statements_of_one_text_are_sent_together_and_before_the_others() {
        let add = |key: i64| statement!(&ADD, key, "value");
        let commands = [
            vec![statement!("LOCK"), add(1)],
            vec![add(2), statement!("NOTE $1", 2_i64)],
            vec![add(3)],
            vec![add(4)],
        ];
        assert_eq!(
            texts(&commands),
            [
                &format!("{} [2, 4, 5] 8", ADD.text(3, 2).0),
                "LOCK [0] 0",
                "ADD $1, $2 [1] 2",
                "NOTE $1 [3] 1",
            ]
        );
    }

    #[test]
    fn a_statement_that_no_other_command_has_keeps_its_text() {
        assert_eq!(
            texts(&[vec![statement!(&ADD, 1_i64, "value")]]),
            ["ADD $1, $2 [0] 2"]
        );
    }

    #[test]
    fn a_list_is_filled_up_with_values_of_the_types_of_a_row() {
        let commands: Vec<_> = (0..3)
            .map(|key: i64| vec![statement!(&ADD, key, "value")])
            .collect();
        let sent = bind(commands.iter().map(Vec::as_slice));
        let kinds = sent[0].kinds();
        assert_eq!(kinds, [(); 4].map(|()| [Type::INT8, Type::TEXT]).concat());
        assert_eq!(sent[0].values().len(), kinds.len());
    }
}
