send-on-title = One moment
send-on-wait = If nothing happens, choose Continue.
