//! The text that the demo prints: the addresses, the accounts, and the walkthrough as lines for a POSIX shell.

use super::Addresses;
use super::addresses::SPA_REDIRECT_URI;
use super::registered::{
    ADMINISTRATOR, API, API_SECRET, PERSON, SPA, SPA_NAME, STRICT_SPA, STRICT_SPA_NAME, THIRD_PARTY,
};

/// The guide. Its indented lines after "paste" are a script that works as it stands.
pub fn guide(addresses: &Addresses) -> String {
    let (issuer, origin, app) = (addresses.issuer(), addresses.origin(), addresses.app());
    let (person, password) = PERSON;
    let (administrator, administrator_password) = ADMINISTRATOR;
    let (api, mails) = (addresses.api("test/"), addresses.mails());
    format!(
        r#"
  The app        {app:<34} sign in as  {person:<6} {password}
  Pixie's pages  {pages:<34} or as       {administrator:<6} {administrator_password}
  Private API    {api:<34} mails at    {mails}

  Registered     {SPA:<16} {SPA_NAME}: trusted, relaxed for the verifier 12345
                 {STRICT_SPA:<16} {STRICT_SPA_NAME}: trusted, with the default rules
                 {THIRD_PARTY:<16} not trusted: asks for consent
                 {API:<16} an API that introspects; its secret is {API_SECRET}

The walkthrough, to paste into another terminal:

  o={issuer} api={api} spa={SPA_REDIRECT_URI} jar=$(mktemp)

  # 2. Make the challenge: base64url of the SHA-256 of the verifier.
  challenge=$(printf %s 12345 | openssl dgst -sha256 -binary | openssl base64 | tr '+/' '-_' | tr -d =); echo "$challenge"

  # 3. Ask for a code. The browser is sent to the login page, signs in, comes back, and goes on to the app with a code.
  ask="$o/authorize/?client_id={SPA}&response_type=code&redirect_uri=$spa&code_challenge=$challenge&code_challenge_method=S256"
  login=$(curl -s -b "$jar" -c "$jar" -o /dev/null -w '%{{redirect_url}}' "$ask"); echo "$login"
  csrf=$(curl -s -b "$jar" -c "$jar" "$login" | sed -n 's/.*name="csrf_token" value="\([^"]*\)".*/\1/p')
  back=$(curl -s -b "$jar" -c "$jar" -o /dev/null -w '%{{redirect_url}}' -d username={person} -d password={password} \
    -d csrf_token="$csrf" --data-urlencode next="${{ask#{origin}}}" "$o/login/"); echo "$back"
  answer=$(curl -s -b "$jar" -o /dev/null -w '%{{redirect_url}}' "$back"); echo "$answer"
  code=$(echo "$answer" | sed 's/.*[?&]code=\([^&]*\).*/\1/')

  # 4. Trade the code for a token.
  tokens=$(curl -s "$o/token/" -d client_id={SPA} -d grant_type=authorization_code -d redirect_uri="$spa" \
    -d code_verifier=12345 -d code="$code" -d scope='read write'); echo "$tokens"
  token=$(echo "$tokens" | sed 's/.*"access_token":"\([^"]*\)".*/\1/')

  # 5. Call the API: as a program, as a browser, with the token. Then ask what the token is good for.
  curl -si "$api"; echo
  curl -si -H 'Accept: text/html' "$api"
  curl -s -H "Authorization: Bearer $token" "$api"; echo
  curl -s -u {API}:{API_SECRET} -d token="$token" "$o/introspect/"; echo

  # 7. Ask who it is: with the scope openid there is an id token, whose middle says who signed in; userinfo says the rest.
  code=$(curl -s -b "$jar" -o /dev/null -w '%{{redirect_url}}' "$ask&scope=openid%20profile" | sed 's/.*[?&]code=\([^&]*\).*/\1/')
  tokens=$(curl -s "$o/token/" -d client_id={SPA} -d grant_type=authorization_code -d redirect_uri="$spa" \
    -d code_verifier=12345 -d code="$code")
  echo "$tokens" | sed 's/.*"id_token":"[^.]*\.\([^.]*\).*/\1===/' | tr '_-' '/+' | fold -w 4 | grep .... | openssl base64 -d; echo
  token=$(echo "$tokens" | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
  curl -s -H "Authorization: Bearer $token" "$o/userinfo/"; echo; rm "$jar"
"#,
        pages = format!("{issuer}/"),
    )
}
