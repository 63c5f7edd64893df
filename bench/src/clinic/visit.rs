//! Visits: many, small, with text as `_id`.

use anyhow::Result;
use bson::{Bson, Document, doc};

use super::Clinic;

const WARDS: [&str; 6] = ["내과", "cardiology", "소아과", "surgery", "정형외과", "neurology"];
const REASONS: [&str; 6] =
    ["기침과 발열", "annual check-up", "허리 통증", "follow-up", "예방접종", "headache since Tuesday"];

impl Clinic {
    /// A visit of one of the patients.
    pub fn visit(&mut self, patients: &[Bson]) -> Result<Document> {
        self.visits += 1;
        let patient = if patients.is_empty() { Bson::Null } else { patients[self.index(patients.len())].clone() };
        let items: Vec<Document> = (0..self.number(1..=3))
            .map(|line| {
                let code = format!("{}{:03}", self.one_of(&["AA", "EB", "MX"]), self.number(1..=999));
                Ok(doc! { "line": line, "code": code, "price": self.amount(60_000)? })
            })
            .collect::<Result<_>>()?;
        Ok(doc! {
            "_id": format!("2026-{:07}", self.visits),
            "patient": patient,
            "at": self.moment(365),
            "ward": self.one_of(&WARDS),
            "reason": self.one_of(&REASONS),
            "temperature_c": f64::from(self.number(355..=405)) / 10.0,
            "pulse": self.number(48..=140),
            "items": items,
            "fee": self.amount(200_000)?,
            "paid": self.happens(85),
        })
    }
}
