// Tells the password manager which passkeys are accepted here (WebAuthn Level 3 section 5.1.10). Browsers that cannot are left alone.
for (const { dataset } of document.querySelectorAll("[data-signals]"))
  for (const [name, about] of Object.entries(JSON.parse(dataset.signals)))
    window.PublicKeyCredential?.[name]?.(about).catch(() => {});
