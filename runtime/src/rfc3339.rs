//! RFC 3339 in UTC with milliseconds, the form of every time on the wire.

use std::fmt;

const MILLIS_PER_DAY: i64 = 86_400_000;

/// Milliseconds since 1970. Years outside of 0 to 9999, for which there is no such form, become the nearest inside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Utc(pub(crate) i64);

impl fmt::Display for Utc {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const FIRST: i64 = -62_167_219_200_000;
        const LAST: i64 = 253_402_300_799_999;
        let millis = self.0.clamp(FIRST, LAST);
        let (year, month, day) = civil(millis.div_euclid(MILLIS_PER_DAY));
        let millis = millis.rem_euclid(MILLIS_PER_DAY);
        let (hour, minute) = (millis / 3_600_000, millis / 60_000 % 60);
        let (second, millis) = (millis / 1000 % 60, millis % 1000);
        write!(
            formatter,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z"
        )
    }
}

/// Year, month and day of a day number, 0 being 1970-01-01: Howard Hinnant's `civil_from_days`. It counts years from
/// March, so that a leap day is the last of its year, and 400-year eras, which are all alike.
fn civil(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let (era, day) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    (era * 400 + year + next_year, month, day)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn known_moments() {
        let moments = [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_826_554_321, "2000-02-29T12:15:54.321Z"),
            (-2_208_988_800_000, "1900-01-01T00:00:00.000Z"),
            (i64::MIN, "0000-01-01T00:00:00.000Z"),
            (i64::MAX, "9999-12-31T23:59:59.999Z"),
        ];
        for (millis, text) in moments {
            assert_eq!(Utc(millis).to_string(), text);
        }
    }

    #[test]
    fn every_day_of_eight_centuries_is_the_day_that_httpdate_finds() {
        for day in 0..800 * 365 {
            let date = httpdate::HttpDate::from(UNIX_EPOCH + Duration::from_secs(day * 86_400));
            let http = date.to_string();
            let ours = Utc(day.cast_signed() * MILLIS_PER_DAY).to_string();
            assert_eq!((&ours[..4], &ours[8..10]), (&http[12..16], &http[5..7]));
            let months = "JanFebMarAprMayJunJulAugSepOctNovDec";
            let month: usize = ours[5..7].parse().expect("a month");
            assert_eq!(&months[month * 3 - 3..month * 3], &http[8..11]);
        }
    }
}
