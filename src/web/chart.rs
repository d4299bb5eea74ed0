//! A chart of requests by day, drawn by the server, and the table with the same numbers.

use time::Duration;

use super::labels::{self, Moment};
use crate::{
    catalogue::Words,
    domain::{Timestamp, verification::Code},
};

/// Units of the drawing: its height, the width of a day, and the space between two days.
const HEIGHT: i64 = 1_000;
const WIDTH: i64 = 10;
const GAP: i64 = 2;

/// A bar for each day, in which the first series is at the bottom.
pub struct UsageChart {
    pub series: Vec<ChartSeries>,
    pub days: Vec<ChartDay>,
    /// The size of the drawing.
    pub width: i64,
    pub height: i64,
    pub bar_width: i64,
    /// The number at the upper edge.
    pub top: String,
    /// Describes the drawing to people who do not see it.
    pub summary: String,
}

/// Answers that are drawn alike.
pub struct ChartSeries {
    pub label: String,
    /// The class of its bars: `good`, `bad`, `other` or `limited`.
    pub tone: &'static str,
    pub codes: Box<dyn Fn(Code) -> bool>,
    /// The requests of all days.
    pub total: String,
}

pub struct ChartDay {
    pub moment: Moment,
    pub x: i64,
    pub bars: Vec<ChartBar>,
    /// One for each series.
    pub counts: Vec<String>,
    pub is_empty: bool,
}

pub struct ChartBar {
    pub tone: &'static str,
    pub y: i64,
    pub height: i64,
}

impl ChartSeries {
    pub fn new(label: impl Into<String>, tone: &'static str, codes: impl Fn(Code) -> bool + 'static) -> Self {
        Self { label: label.into(), tone, codes: Box::new(codes), total: String::new() }
    }
}

impl UsageChart {
    /// Draws `days` days from the one that begins at `first`.
    pub fn new(
        words: Words,
        (first, days): (Timestamp, i64),
        mut series: Vec<ChartSeries>,
        counts: &[(Timestamp, Code, i64)],
    ) -> Self {
        let on = |day: Timestamp, codes: &dyn Fn(Code) -> bool| -> i64 {
            counts.iter().filter(|(at, code, _)| *at == day && codes(*code)).map(|(_, _, count)| count).sum()
        };
        let days: Vec<_> = (0..days).map(|number| first.plus(Duration::days(number))).collect();
        let numbers: Vec<Vec<i64>> =
            days.iter().map(|day| series.iter().map(|one| on(*day, &one.codes)).collect()).collect();
        for (index, one) in series.iter_mut().enumerate() {
            one.total = words.number(numbers.iter().map(|day| day[index]).sum());
        }
        let most = numbers.iter().map(|day| day.iter().sum()).max().unwrap_or(0);
        let top = round_up(most);
        let drawn = days.iter().zip(&numbers).zip((0..).map(|number| number * WIDTH));
        let last = days.last().copied().unwrap_or(first);
        Self {
            width: WIDTH * i64::try_from(days.len()).unwrap_or(0),
            height: HEIGHT,
            bar_width: WIDTH - GAP,
            top: words.number(top),
            summary: words
                .say("chart-summary")
                .with("from", labels::day(words, first).text.as_str())
                .with("until", labels::day(words, last).text.as_str())
                .with("most", most)
                .into(),
            days: drawn.map(|((day, numbers), x)| ChartDay::new(words, (*day, x), &series, numbers, top)).collect(),
            series,
        }
    }

    /// The days with requests, latest first.
    pub fn busy_days(&self) -> impl Iterator<Item = &ChartDay> {
        self.days.iter().rev().filter(|day| !day.is_empty)
    }

    pub fn first(&self) -> Option<&Moment> {
        self.days.first().map(|day| &day.moment)
    }

    pub fn last(&self) -> Option<&Moment> {
        self.days.last().map(|day| &day.moment)
    }
}

impl ChartDay {
    fn new(words: Words, (day, x): (Timestamp, i64), series: &[ChartSeries], numbers: &[i64], top: i64) -> Self {
        let mut y = HEIGHT;
        let bars = series.iter().zip(numbers).filter(|(_, count)| **count > 0).map(|(one, count)| {
            // A single request among millions is still to be seen.
            let height = (count.saturating_mul(HEIGHT) / top).clamp(HEIGHT / 100, HEIGHT);
            y = (y - height).max(0);
            ChartBar { tone: one.tone, y, height }
        });
        Self {
            moment: labels::day(words, day),
            x,
            bars: bars.collect(),
            counts: numbers.iter().map(|count| words.number(*count)).collect(),
            is_empty: numbers.iter().all(|count| *count == 0),
        }
    }

    /// "21 Nov 2026 · Valid: 1,204 · Refused: 3"
    pub fn title(&self, series: &[ChartSeries]) -> String {
        let counts = series.iter().zip(&self.counts).map(|(one, count)| format!("{}: {count}", one.label));
        [self.moment.text.clone()].into_iter().chain(counts).collect::<Vec<_>>().join(" · ")
    }
}

/// The next round number, at least 1.
fn round_up(most: i64) -> i64 {
    let mut unit = 1_i64;
    loop {
        for tenths in [10, 12, 15, 20, 25, 30, 40, 50, 60, 80] {
            let round = unit.saturating_mul(tenths) / 10;
            if most <= round && (unit > 1 || tenths % 10 == 0) {
                return round;
            }
        }
        let Some(next) = unit.checked_mul(10) else { return most };
        unit = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Language;

    fn chart(counts: &[(i64, Code, i64)]) -> UsageChart {
        let first = Timestamp::from_unix_micros(1_795_219_200_000_000);
        let counts: Vec<_> =
            counts.iter().map(|(day, code, count)| (first.plus(Duration::days(*day)), *code, *count)).collect();
        let series = vec![
            ChartSeries::new("Valid", "good", |code| code == Code::Valid),
            ChartSeries::new("Refused", "bad", |code| code != Code::Valid),
        ];
        UsageChart::new(Words::new(Language::English), (first, 3), series, &counts)
    }

    #[test]
    fn bars_are_stacked_within_the_drawing() {
        let chart =
            chart(&[(0, Code::Valid, 900), (0, Code::Expired, 60), (0, Code::Revoked, 40), (2, Code::Valid, 1)]);
        let bars: Vec<Vec<_>> =
            chart.days.iter().map(|day| day.bars.iter().map(|bar| (bar.y, bar.height)).collect()).collect();
        assert_eq!(bars, [vec![(100, 900), (0, 100)], vec![], vec![(990, 10)]]);
        assert_eq!((chart.top.as_str(), chart.width), ("1,000", 30));
        assert_eq!(chart.series.iter().map(|one| one.total.as_str()).collect::<Vec<_>>(), ["901", "100"]);
        assert_eq!(chart.days[0].title(&chart.series), "21 Nov 2026 · Valid: 900 · Refused: 100");
        assert_eq!(chart.busy_days().map(|day| day.x).collect::<Vec<_>>(), [20, 0], "latest first, without empty days");
    }

    #[test]
    fn the_scale_ends_at_a_round_number() {
        for (most, top) in [(0, 1), (1, 1), (3, 3), (7, 8), (9, 10), (11, 12), (1_001, 1_200), (4_999_999, 5_000_000)] {
            assert_eq!(round_up(most), top);
        }
        assert_eq!(round_up(i64::MAX), i64::MAX);
    }
}
