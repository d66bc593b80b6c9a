### Dates and durations.

moment-day = { $day } { moment-month } { $year }
moment-minute = { moment-day }, { $time } UTC
moment-month =
    { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    }
moment-days =
    { $number ->
        [one] { $number } day
       *[other] { $number } days
    }
moment-hours =
    { $number ->
        [one] { $number } hour
       *[other] { $number } hours
    }
moment-minutes =
    { $number ->
        [one] { $number } minute
       *[other] { $number } minutes
    }
moment-seconds =
    { $number ->
        [one] { $number } second
       *[other] { $number } seconds
    }
