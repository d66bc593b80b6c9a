"""The person in front of a browser: keeps cookies, follows redirects, signs in and allows what is asked."""

from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

from steps import remember

# More pages than any flow shows.
_PAGES = 12

# The account in pixie.toml.
USERNAME = "alice"
_PASSWORD = "correct horse battery staple"


class Person:
    def __init__(self):
        self._browser = requests.Session()
        self._browser.hooks["response"].append(remember)
        # The ids of the buttons that were pressed since the last start, such as `login` and `allow`.
        self.pressed = []

    def reach(self, start, end):
        """Opens an address and goes on until the browser is sent to one that begins with `end`; hands that back."""
        self.pressed = []
        answer = self._browser.get(start, allow_redirects=False)
        for _ in range(_PAGES):
            if answer.is_redirect:
                location = urljoin(answer.url, answer.headers["location"])
                if location.startswith(end):
                    return location
                answer = self._browser.get(location, allow_redirects=False)
                continue
            form = _MainForm(answer.text)
            assert form.action is not None, f"no form to send at {answer.url} ({answer.status_code}): {answer.text}"
            self.pressed.append(form.button.get("id"))
            action = urljoin(answer.url, form.action)
            answer = self._browser.post(action, data=self._filled_in(form), allow_redirects=False)
        raise AssertionError(f"more than {_PAGES} pages, and none led to {end}")

    @staticmethod
    def _filled_in(form):
        sent = dict(form.fields)
        if "username" in sent:
            sent["username"] = USERNAME
        if "password" in sent:
            sent["password"] = _PASSWORD
        if form.button.get("name"):
            sent[form.button["name"]] = form.button.get("value", "")
        return sent


class _MainForm(HTMLParser):
    """The form in a page's main part, with its fields and its first button."""

    def __init__(self, page):
        super().__init__()
        self.action = None
        self.fields = {}
        self.button = {}
        self._in_main = False
        self._in_form = False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "main":
            self._in_main = True
        elif tag == "form" and self._in_main and self.action is None:
            self._in_form = True
            self.action = attributes.get("action", "")
        elif tag == "input" and self._in_form and attributes.get("type") not in ("checkbox", "radio", "submit"):
            self.fields[attributes["name"]] = attributes.get("value") or ""
        elif tag == "button" and self._in_form and not self.button and attributes.get("type") != "button":
            self.button = attributes

    def handle_endtag(self, tag):
        if tag == "form":
            self._in_form = False
