// Shows the button of a password field, which shows and hides what is typed. Without scripts there is no button.
for (const button of document.querySelectorAll("[data-shows]")) {
  const fields = button.dataset.shows.split(" ").map((id) => document.getElementById(id));
  const show = (shown) => {
    for (const field of fields) field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", shown);
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-pressed") === "false"));
  // Browsers keep the text of fields that are no password fields.
  button.form.addEventListener("submit", () => show(false));
  button.hidden = false;
}
