mail-test-subject = Mail from { $product } works
mail-test-sent = This is the test mail that an operator of { $product } sent on { $time }.
mail-test-ignore = You need not do anything.
