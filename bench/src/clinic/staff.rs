//! Staff: few, with numbers as `_id`, and the types only old applications have left behind.

use anyhow::Result;
use bson::{Bson, Document, JavaScriptCodeWithScope, doc};

use super::Clinic;
use crate::default_json::db_pointer;

const ROLES: [&str; 5] = ["nurse", "physician", "원무", "간호조무사", "pharmacist"];

impl Clinic {
    /// A member of staff. Every fifth came over from the old system.
    pub fn member(&mut self, number: u32) -> Result<Document> {
        let mut member = doc! {
            "_id": i32::try_from(number)?,
            "name": format!("{} {}", self.one_of(&["Han", "Seo", "Moon", "Bae"]), self.one_of(&["Eun-ji", "Tae-yang", "Bo-ra", "Jin"])),
            "role": self.one_of(&ROLES),
            "ward": self.one_of(&["내과", "surgery", "소아과"]),
            "licence": 700_000_i64 + i64::from(number),
            "shifts": [self.number(0..=6), self.number(0..=6)],
            "valid_from": if number == 0 { Bson::MinKey } else { Bson::DateTime(self.moment(3_000)) },
            "valid_until": if self.happens(60) { Bson::MaxKey } else { Bson::DateTime(self.moment(10)) },
        };
        if number.is_multiple_of(5) {
            member.insert("grade", Bson::Symbol(self.one_of(&["G7", "G6", "주임"]).to_owned()));
            member.insert("on_call", Bson::JavaScriptCode("function () { return this.shifts.length > 1; }".to_owned()));
            member.insert(
                "bonus",
                JavaScriptCodeWithScope {
                    code: "function () { return base * rate; }".to_owned(),
                    scope: doc! { "base": self.number(1_000_000..=3_000_000), "rate": f64::from(self.number(0..=20)) / 100.0 },
                },
            );
            member.insert("mentor", db_pointer("jee.staff", self.object_id())?);
            member.insert("retired", Bson::Undefined);
        }
        Ok(member)
    }
}
