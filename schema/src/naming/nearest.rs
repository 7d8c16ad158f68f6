//! What a mistyped name was meant to be.

use super::{snake, words};

/// The closest of `candidates` to a mistyped `name`, if one is close enough to be meant.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut search = Search::of(name);
    for candidate in candidates {
        search.offer(candidate);
    }
    search.best.map(|(_, candidate)| candidate)
}

struct Search<'a> {
    /// The name in lower case, its words joined by `_`.
    name: Vec<char>,
    words: Vec<String>,
    best: Option<(usize, &'a str)>,
}

impl<'a> Search<'a> {
    fn of(name: &str) -> Self {
        Self {
            name: snake(name).chars().collect(),
            words: words(name),
            best: None,
        }
    }

    fn offer(&mut self, candidate: &'a str) {
        let words = words(candidate);
        let folded: Vec<char> = snake(candidate).chars().collect();
        let mut distance = distance(&self.name, &folded);
        // The same words in another order.
        if words.len() == self.words.len() && words.iter().all(|word| self.words.contains(word)) {
            distance = distance.min(1);
        }
        let limit = self.name.len().max(candidate.chars().count()) / 3;
        let offered = (distance, candidate);
        if distance <= limit.max(1) && self.best.is_none_or(|best| offered < best) {
            self.best = Some(offered);
        }
    }
}

/// How many characters are added, dropped, changed or swapped with their neighbour on the way from one text to another.
///
/// Damerau and Levenshtein's, no part edited twice. Our own, for a crate with it takes a tenth of all the time that the
/// macros take a user to build.
fn distance(one: &[char], other: &[char]) -> usize {
    // A row for each character of `one`: the distances of the text up to it from each beginning of `other`.
    let mut before_last = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    let mut previous = None;
    for (index, &char) in one.iter().enumerate() {
        let mut row = vec![index + 1];
        let mut left = index + 1;
        let mut previous_other = None;
        for (column, &other) in other.iter().enumerate() {
            let of =
                |row: &Vec<usize>, column: usize| row.get(column).copied().unwrap_or(usize::MAX);
            let changed = of(&last, column) + usize::from(char != other);
            let mut cost = changed.min(of(&last, column + 1) + 1).min(left + 1);
            if previous == Some(other)
                && previous_other == Some(char)
                && let Some(column) = column.checked_sub(1)
            {
                cost = cost.min(of(&before_last, column) + 1);
            }
            row.push(cost);
            left = cost;
            previous_other = Some(other);
        }
        before_last = std::mem::replace(&mut last, row);
        previous = Some(char);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[track_caller]
    fn assert_distance(one: &str, other: &str, expected: usize) {
        let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
        assert_eq!(distance(&one, &other), expected);
        assert_eq!(distance(&other, &one), expected);
    }

    #[test]
    fn each_edit_counts_once() {
        assert_distance("", "", 0);
        assert_distance("", "abc", 3);
        assert_distance("team", "team", 0);
        assert_distance("team", "teams", 1);
        assert_distance("team", "tram", 1);
        assert_distance("team", "taem", 1);
        assert_distance("kitten", "sitting", 3);
        assert_distance("ñandú", "nandu", 2);
        assert_distance("ab", "xbay", 3);
    }
}
