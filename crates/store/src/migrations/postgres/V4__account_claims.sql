-- What is known of a person beside name and e-mail address, a JSON object, and the groups they are in, a JSON list;
-- nothing where there is nothing.
ALTER TABLE users ADD COLUMN claims text;
ALTER TABLE users ADD COLUMN member_of text;
