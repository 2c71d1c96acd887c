//! In which order departments that have moved take their ratings along, and who loses and gains
//! them.

use std::collections::HashMap;

/// One department's move, as rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Move {
    /// The department; its own roll-ups stay as they are.
    pub(super) department: i64,
    /// Where it stands, and is counted from then on.
    pub(super) parent: Option<i64>,
    /// Those that no longer count it.
    pub(super) losing: Vec<i64>,
    /// Those that count it from now on.
    pub(super) gaining: Vec<i64>,
}

/// Where all departments stand, and under which they are counted.
#[derive(Debug, Default)]
pub(super) struct Moves {
    stands: HashMap<i64, Option<i64>>,
    counted: HashMap<i64, Option<i64>>,
}

impl Moves {
    /// Notes a department.
    pub(super) fn add(&mut self, id: i64, stands_under: Option<i64>, counted_under: Option<i64>) {
        self.stands.insert(id, stands_under);
        self.counted.insert(id, counted_under);
    }

    /// Returns how many departments are not counted where they stand.
    pub(super) fn left(&self) -> usize {
        self.stands
            .iter()
            .filter(|(id, parent)| self.counted.get(id) != Some(parent))
            .count()
    }

    /// Returns up to `most` moves, to be made in this order, and takes them as made.
    ///
    /// A department moves only when all above its new place are where they belong. So whoever
    /// counts it is never counted by it, even where a tree was turned upside down.
    pub(super) fn take(&mut self, most: usize) -> Vec<Move> {
        let mut moves = Vec::new();
        while moves.len() < most {
            let Some(one) = self.next() else { break };
            self.counted.insert(one.department, one.parent);
            moves.push(one);
        }
        moves
    }

    fn next(&self) -> Option<Move> {
        let settled = |id: &i64| self.counted.get(id) == self.stands.get(id);
        let mut waiting: Vec<i64> = self.stands.keys().copied().collect();
        waiting.retain(|id| !settled(id));
        waiting.sort_unstable();
        let department = waiting
            .into_iter()
            .find(|id| line(&self.stands, *id).skip(1).all(|above| settled(&above)))?;
        let parent = self.stands.get(&department).copied().flatten();
        let before: Vec<i64> = line(&self.counted, department).skip(1).collect();
        let after: Vec<i64> = line(&self.stands, department).skip(1).collect();
        let without = |some: &[i64], others: &[i64]| {
            let mut left = some.to_vec();
            left.retain(|id| !others.contains(id));
            left.sort_unstable();
            left
        };
        Some(Move {
            department,
            parent,
            losing: without(&before, &after),
            gaining: without(&after, &before),
        })
    }
}

/// Returns a department and all above it, from below.
fn line(parents: &HashMap<i64, Option<i64>>, id: i64) -> impl Iterator<Item = i64> {
    std::iter::successors(Some(id), |id| parents.get(id).copied().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_above_lose_and_gain_that_differ() {
        let mut moves = Moves::default();
        for (id, parent) in [(1, None), (2, Some(1)), (3, Some(1))] {
            moves.add(id, parent, parent);
        }
        moves.add(4, Some(3), Some(2));
        assert_eq!(moves.left(), 1);
        let expected = Move {
            department: 4,
            parent: Some(3),
            losing: vec![2],
            gaining: vec![3],
        };
        assert_eq!(moves.take(9), [expected]);
        assert_eq!(moves.left(), 0);
    }

    #[test]
    fn a_tree_that_is_turned_upside_down_moves_from_the_top() {
        let mut moves = Moves::default();
        moves.add(1, Some(2), None);
        moves.add(2, Some(3), Some(1));
        moves.add(3, None, Some(2));
        let order: Vec<_> = moves
            .take(9)
            .into_iter()
            .map(|one| one.department)
            .collect();
        assert_eq!(order, [3, 2, 1]);
    }
}
