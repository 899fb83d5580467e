//! What the check of a signature can find: noted in English in the signature's row, told in the reader's language.
use crate::language::Language;

/// What stands between two of them in a row.
const BETWEEN: &str = "; ";

macro_rules! flaws {
    ($($name:ident = $english:literal, $chinese:literal;)+) => {
        /// Something wrong with a signature. It is written down with it; somebody did sign.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Flaw { $($name,)+ }

        impl Flaw {
            /// Every flaw there is.
            pub const ALL: &'static [Flaw] = &[$(Flaw::$name,)+];

            /// How it is noted.
            pub fn english(self) -> &'static str {
                match self { $(Flaw::$name => $english,)+ }
            }

            fn chinese(self) -> &'static str {
                match self { $(Flaw::$name => $chinese,)+ }
            }
        }
    };
}

flaws! {
    Unreadable = "what was signed can't be read", "签署内容无法读取";
    NotCanonical = "what was signed is not in its canonical form", "签署内容不是规范格式";
    OtherSigner = "signer or time differ from what was signed", "签署人或时间与签署内容不符";
    OtherStrokes = "the strokes are not those signed over", "笔迹与签署时不符";
    OtherPicture = "the picture is not the one signed over", "签名图片与签署时不符";
    NotPresented = "the sheet had not been presented", "签署时服务单尚未出示";
    OtherContent = "it stands under other content than this sheet's", "签名对应的内容与本服务单不符";
    NoDevice = "no device of ours vouches for it", "没有我方设备为其作证";
    NoDeviceSignature = "the device's key did not sign it", "未经设备密钥签署";
    NoFreshNonce = "without an unused nonce", "签署时没有未用过的随机数";
    AddedLate = "added after the sheet was sealed", "在服务单封印之后添加";
}

/// Flaws as a row notes them; nothing where there are none.
pub fn noted(flaws: &[Flaw]) -> Option<String> {
    let words: Vec<&str> = flaws.iter().map(|flaw| flaw.english()).collect();
    (!words.is_empty()).then(|| words.join(BETWEEN))
}

/// Noted flaws in a reader's language. One that an older or newer server noted stays as it is.
pub fn told(noted: &str, language: Language) -> String {
    let in_words = |text| {
        let known = Flaw::ALL.iter().find(|flaw| flaw.english() == text);
        known.map_or(text, |flaw| language.pick(flaw.english(), flaw.chinese()))
    };
    let told: Vec<&str> = noted.split(BETWEEN).map(in_words).collect();
    told.join(language.pick(BETWEEN, "；"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flaws_are_noted_and_told_in_both_languages() {
        assert_eq!(noted(&[]), None);
        // Each is found again, so none contains what stands between two.
        let all = noted(Flaw::ALL).unwrap();
        assert_eq!(all.split(BETWEEN).count(), Flaw::ALL.len());
        assert_eq!(told(&all, Language::En), all);
        let chinese = told(&all, Language::ZhCn);
        assert!(
            !chinese.chars().any(|letter| letter.is_ascii_alphabetic()),
            "{chinese}"
        );
        assert_eq!(told("something new", Language::ZhCn), "something new");
    }
}
