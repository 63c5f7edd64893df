//! Patients: the collection people look at first.

use anyhow::{Result, anyhow};
use bson::spec::BinarySubtype;
use bson::{Binary, Bson, DateTime, Document, Regex, Timestamp, doc};
use rand::Rng as _;

use super::{Clinic, DAY_MS};

const FAMILIES: [(&str, &str); 10] = [
    ("김", "Kim"),
    ("이", "Lee"),
    ("박", "Park"),
    ("최", "Choi"),
    ("정", "Jung"),
    ("강", "Kang"),
    ("조", "Cho"),
    ("윤", "Yoon"),
    ("장", "Jang"),
    ("임", "Lim"),
];
const GIVEN: [(&str, &str); 10] = [
    ("서연", "Seo-yeon"),
    ("민준", "Min-jun"),
    ("지우", "Ji-woo"),
    ("하은", "Ha-eun"),
    ("도윤", "Do-yun"),
    ("수빈", "Su-bin"),
    ("예준", "Ye-jun"),
    ("지호", "Ji-ho"),
    ("유나", "Yu-na"),
    ("현우", "Hyun-woo"),
];
const CITIES: [(&str, &str); 6] = [
    ("서울", "Mapo-gu"),
    ("부산", "Haeundae-gu"),
    ("대구", "Suseong-gu"),
    ("인천", "Yeonsu-gu"),
    ("광주", "Buk-gu"),
    ("제주", "Aewol-eup"),
];
const ALLERGIES: [&str; 6] = ["penicillin", "pollen", "땅콩", "latex", "새우", "aspirin"];
const CONDITIONS: [(&str, &str); 6] = [
    ("I10", "본태성 고혈압"),
    ("E11", "Type 2 diabetes mellitus"),
    ("J45", "천식"),
    ("M54", "Dorsalgia"),
    ("K21", "위식도 역류병"),
    ("G43", "Migraine"),
];

impl Clinic {
    /// A patient. The fields of rare types are on rare patients, as in a database that has grown.
    pub fn patient(&mut self) -> Result<Document> {
        self.patients += 1;
        let number = 1_000_000 + i64::from(self.patients);
        let (family, family_latin) = FAMILIES[self.index(FAMILIES.len())];
        let (given, given_latin) = GIVEN[self.index(GIVEN.len())];
        let (city, district) = CITIES[self.index(CITIES.len())];
        let born = DateTime::from_millis(-i64::from(self.number(-9_000..=15_000)) * DAY_MS);
        let mut patient = doc! {
            "_id": self.object_id(),
            "number": number,
            "name": { "family": family, "given": given, "latin": format!("{given_latin} {family_latin}") },
            "sex": self.one_of(&["F", "M"]),
            "born": born,
            "blood": { "group": self.one_of(&["A", "B", "O", "AB"]), "rhesus": self.one_of(&["+", "+", "+", "-"]) },
            "height_cm": self.number(60..=195),
            "weight_kg": f64::from(self.number(70..=2_200)) / 20.0,
            "balance": self.amount(900_000)?,
            "phone": format!("010-{:04}-{:04}", self.number(1_000..=9_999), self.number(0..=9_999)),
            "address": { "city": city, "district": district, "postcode": format!("{:05}", self.number(1_000..=63_000)) },
            "allergies": self.allergies(),
            "conditions": self.conditions(),
            "consent": self.happens(90),
            "registered": self.moment(3_000),
            "discharged": if self.happens(70) { Bson::DateTime(self.moment(400)) } else { Bson::Null },
        };
        self.add_rare_fields(&mut patient)?;
        Ok(patient)
    }

    fn add_rare_fields(&mut self, patient: &mut Document) -> Result<()> {
        if self.happens(60) {
            // Beyond 2^53: what a double would round.
            let policy = 9_007_199_254_740_993 + i64::from(self.number(0..=1_000_000));
            patient.insert(
                "insurance",
                doc! { "kind": self.one_of(&["national", "의료급여", "private"]), "policy": policy },
            );
        }
        if self.happens(30) {
            patient.insert("chart", Binary { subtype: BinarySubtype::Uuid, bytes: self.bytes(16) });
        }
        if self.happens(20) {
            patient.insert("photo", Binary { subtype: BinarySubtype::Generic, bytes: self.bytes(48) });
            patient.insert("photo_md5", Binary { subtype: BinarySubtype::Md5, bytes: self.bytes(16) });
        }
        if self.happens(15) {
            patient.insert(
                "note",
                self.one_of(&[
                    "재진 필요",
                    "Prefers mornings \u{2600}\u{fe0f}",
                    "보호자 동반 👨‍👩‍👧",
                    "tab\there \"quoted\" \\ \u{1}",
                ]),
            );
        }
        if self.happens(10) {
            let synced = Timestamp { time: 1_772_000_000 + self.number(0..=400_000).unsigned_abs(), increment: 1 };
            patient.insert("synced", synced);
        }
        if self.happens(10) {
            let pattern = "^(010|02)-".try_into().map_err(|error| anyhow!("{error}"))?;
            let options = "i".try_into().map_err(|error| anyhow!("{error}"))?;
            patient.insert("phone_check", Regex { pattern, options });
        }
        Ok(())
    }

    fn allergies(&mut self) -> Vec<&'static str> {
        (0..self.number(0..=2)).map(|_| self.one_of(&ALLERGIES)).collect()
    }

    fn conditions(&mut self) -> Vec<Document> {
        (0..self.number(0..=3))
            .map(|_| {
                let (code, text) = CONDITIONS[self.index(CONDITIONS.len())];
                doc! { "code": code, "text": text, "since": self.moment(4_000), "severity": self.number(1..=5) }
            })
            .collect()
    }

    pub(super) fn index(&mut self, count: usize) -> usize {
        self.rng.random_range(0..count)
    }
}
