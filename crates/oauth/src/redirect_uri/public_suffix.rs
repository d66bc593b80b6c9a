//! Public suffixes: the domains below which everybody may register a name (the ICANN section of <https://publicsuffix.org>).

/// See the head of the file.
const LIST: &str = include_str!("public_suffixes.txt");

/// Returns `true` if the domain is a public suffix: `com`, `co.uk`. A top-level domain is one, whether or not it is known.
/// Services that give names to everybody, such as `vercel.app`, are in the private section of the list, and are none here.
pub(super) fn is_public_suffix(domain: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    let Some((below, top)) = domain.rsplit_once('.') else {
        return true;
    };
    let mut lines = LIST.lines().filter(|line| !line.starts_with('#'));
    let Some(rules) = lines.find_map(|line| line.strip_prefix(top)?.strip_prefix(' ')) else {
        return false;
    };
    let has = |name: &str| rules.split(' ').any(|rule| rule == name);
    let wildcard = match below.split_once('.') {
        Some((_, parent)) => format!("*.{parent}"),
        None => "*".to_owned(),
    };
    has(below) || (has(&wildcard) && !has(&format!("!{below}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_below_which_everybody_registers_are_public_suffixes() {
        for domain in [
            "com",
            "app",
            "uk",
            "co.uk",
            "CO.UK",
            "com.au",
            "k12.ca.us",
            "tokyo.jp",
            "any.ck",
            "city2.kobe.jp",
            "xn--55qx5d.cn",
            "unheard",
        ] {
            assert!(is_public_suffix(domain), "{domain}");
        }
    }

    #[test]
    fn names_that_somebody_registered_are_none() {
        for domain in [
            "example.com",
            "preview.example",
            "vercel.app",
            "github.io",
            "www.ck",
            "city.kobe.jp",
            "example.co.uk",
            "a.any.ck",
            "o.uk",
            "internal.corp",
        ] {
            assert!(!is_public_suffix(domain), "{domain}");
        }
    }
}
