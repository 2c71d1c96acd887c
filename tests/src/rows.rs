//! A list that a command of the collector has printed: a row a line, cells divided by tabs.

/// One row, read by the names of its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    columns: &'static [&'static str],
    cells: Vec<String>,
}

/// Reads a list that has these columns.
#[track_caller]
pub fn read(printed: &str, columns: &'static [&'static str]) -> Vec<Row> {
    let row = |line: &str| {
        let cells: Vec<_> = line.split('\t').map(str::to_owned).collect();
        assert_eq!(cells.len(), columns.len(), "not {columns:?}: {line}");
        Row { columns, cells }
    };
    printed.lines().map(row).collect()
}

impl Row {
    /// Returns the cell of a column.
    #[track_caller]
    pub fn get(&self, column: &str) -> &str {
        let place = self.columns.iter().position(|name| *name == column);
        &self.cells[place.unwrap_or_else(|| panic!("no column {column}"))]
    }

    /// Returns the cells of several columns.
    #[track_caller]
    pub fn pick<const N: usize>(&self, columns: [&str; N]) -> [&str; N] {
        columns.map(|column| self.get(column))
    }
}
