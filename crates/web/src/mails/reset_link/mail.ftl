mail-reset-link-subject = Choose a new password
mail-reset-link-hello = Hello { $username },
mail-reset-link-asked = somebody has asked for a new password for your account at { $product }.
mail-reset-link-use = If it was you, open this link and choose one:
mail-reset-link-ends = It works once, for { $minutes } minutes.
mail-reset-link-other = If it was not you, do nothing: your password stays as it is.
