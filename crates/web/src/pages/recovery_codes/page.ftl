recovery-codes-title = Your recovery codes
recovery-codes-once = Save these codes now: they are not shown again.
    .heading = This page is shown once.
recovery-codes-about = If you lose your phone, enter one of them in place of its code. Each works once. Codes that you had before no longer work.
recovery-codes-of = Recovery codes of { $username } at { $product }
recovery-codes-download = Download
recovery-codes-print = Or print this page, and keep it where you keep important papers.
recovery-codes-done = I have saved them
