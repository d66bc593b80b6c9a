enrolment-title = Add a second step
enrolment-required = Your account needs a second step when you sign in: the code of an app on your phone. You add it once, now.
enrolment-suggested = From { $date } on, your account needs a second step when you sign in: the code of an app on your phone.
enrolment-confirm = Add and sign in
enrolment-later = Not now
