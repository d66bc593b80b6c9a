//! The browser is what the other tests take it for.

use pixie_testing::browser::{Browser, Screen, Theme};

const PAGE: &str = "data:text/html,<meta name=viewport content=width=device-width><style>body{color:black}\
    @media(prefers-color-scheme:dark){body{color:white}}@media(max-width:600px){body{width:900px}}</style>\
    <p id=plain>plain</p><noscript><p id=without>without scripts</p></noscript>\
    <script>document.body.append(Object.assign(document.createElement('p'),{id:'with'}))</script>";

#[tokio::test]
async fn scripts_run_unless_they_are_switched_off() {
    let browser = Browser::start().await;
    browser.open(PAGE).await;
    browser.see("#with").await;
    assert_eq!(browser.count("#without").await, 0);

    let browser = Browser::without_scripts().await;
    browser.open(PAGE).await;
    browser.see("#without").await;
    assert_eq!(browser.count("#with").await, 0);
    browser.read("without scripts").await;
}

#[tokio::test]
async fn screen_and_theme_reach_the_page() {
    let browser = Browser::start().await;
    browser.open(PAGE).await;
    browser.use_theme(Theme::Dark).await;
    assert_eq!(
        browser.see("#plain").await.css_value("color").await.unwrap(),
        "rgba(255, 255, 255, 1)"
    );
    browser.use_theme(Theme::Light).await;
    assert_eq!(
        browser.see("#plain").await.css_value("color").await.unwrap(),
        "rgba(0, 0, 0, 1)"
    );
    browser.use_screen(Screen::Desktop).await;
    assert!(!browser.overflows().await);
    browser.use_screen(Screen::Phone).await;
    assert!(browser.overflows().await);
}
