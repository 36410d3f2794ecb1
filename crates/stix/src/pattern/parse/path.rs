//! Object paths (STIX 2.1 §9.7).

use super::super::ast::{ObjectPath, Step};
use super::super::error::{Expected, ParseErrorKind};
use super::super::span::Located;
use super::super::token::TokenKind;
use super::constant::unescape;
use super::{Parsed, Parser};

impl Parser<'_, '_> {
    pub(super) fn path(&mut self) -> Parsed<ObjectPath> {
        let start = self.next.span;
        let TokenKind::Name(object_type) = self.next.kind else {
            return Err(self.unexpected(Expected::ComparisonExpression));
        };
        self.advance()?;
        self.expect_sign(":", Expected::Colon)?;
        let mut steps = vec![self.key()?];
        loop {
            self.count_part(self.next.span)?;
            if steps.len() > self.limits.steps_max {
                let kind = ParseErrorKind::TooManySteps {
                    limit: self.limits.steps_max,
                };
                return Err((kind, start.to(self.last)));
            }
            if self.take_sign(".")? {
                steps.push(self.key()?);
            } else if self.next.kind == TokenKind::Sign("[") {
                steps.push(self.index()?);
            } else {
                break;
            }
        }
        let object_type = Located::new(object_type.into(), start);
        Ok(Located::new(
            ObjectPath { object_type, steps },
            start.to(self.last),
        ))
    }

    fn key(&mut self) -> Parsed<Step> {
        let span = self.next.span;
        let key: Box<str> = match self.next.kind {
            TokenKind::Name(name) if name.contains('-') => {
                return Err((ParseErrorKind::UnquotedHyphen, span));
            }
            TokenKind::Name(name) => name.into(),
            TokenKind::String(raw) => unescape(raw),
            TokenKind::Keyword(keyword) => return Err((ParseErrorKind::Keyword(keyword), span)),
            _ => return Err(self.unexpected(Expected::PropertyName)),
        };
        self.advance()?;
        Ok(Located::new(Step::Key(key), span))
    }

    fn index(&mut self) -> Parsed<Step> {
        let start = self.next.span;
        self.advance()?;
        let step = match self.next.kind {
            TokenKind::Sign("*") => Step::Any,
            TokenKind::Integer(digits) => Step::Index(self.integer(digits)?),
            _ => return Err(self.unexpected(Expected::ListIndex)),
        };
        self.advance()?;
        self.expect_sign("]", Expected::IndexEnd)?;
        Ok(Located::new(step, start.to(self.last)))
    }
}
