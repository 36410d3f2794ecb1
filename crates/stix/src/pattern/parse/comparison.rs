//! Comparison expressions (STIX 2.1 §9.6).

use super::super::ast::{Comparison, Condition, Constant, Operator, Test};
use super::super::error::{Expected, ParseErrorKind};
use super::super::span::Located;
use super::super::token::{LexError, TokenKind};
use super::{Parsed, Parser};

impl Parser<'_, '_> {
    pub(super) fn comparison_or(&mut self) -> Parsed<Comparison> {
        self.joined("OR", Self::comparison_and, Comparison::Or)
    }

    fn comparison_and(&mut self) -> Parsed<Comparison> {
        self.joined("AND", Self::test, Comparison::And)
    }

    fn test(&mut self) -> Parsed<Comparison> {
        let start = self.next.span;
        self.count_part(start)?;
        if self.take_sign("(")? {
            self.deepen(start)?;
            let inner = self.comparison_or()?;
            self.expect_sign(")", Expected::GroupEnd)?;
            self.depth -= 1;
            return Ok(Located::new(inner.into_node(), start.to(self.last)));
        }
        let leading_not = self.take_word("NOT")?;
        let test = if self.take_word("EXISTS")? {
            Test {
                negated: leading_not,
                path: self.path()?,
                condition: Condition::Exists,
            }
        } else if leading_not {
            // The grammar has NOT after the path, and before EXISTS only.
            return Err(self.unexpected(Expected::ComparisonExpression));
        } else {
            let path = self.path()?;
            let negated = self.take_word("NOT")?;
            Test {
                negated,
                path,
                condition: self.condition()?,
            }
        };
        Ok(Located::new(Comparison::Test(test), start.to(self.last)))
    }

    fn condition(&mut self) -> Result<Condition, LexError> {
        let condition = match self.next.kind {
            TokenKind::Sign(sign) => {
                let operator = match sign {
                    "=" | "==" => Operator::Equal,
                    "!=" | "<>" => Operator::NotEqual,
                    "<" => Operator::Less,
                    "<=" => Operator::LessOrEqual,
                    ">" => Operator::Greater,
                    ">=" => Operator::GreaterOrEqual,
                    _ => return Err(self.unexpected(Expected::Operator)),
                };
                self.advance()?;
                let constant = self.constant()?;
                let ordered = !matches!(operator, Operator::Equal | Operator::NotEqual);
                if ordered && matches!(constant.node(), Constant::Boolean(_)) {
                    return Err((ParseErrorKind::UnorderedBoolean, constant.span()));
                }
                return Ok(Condition::Compare(operator, constant));
            }
            TokenKind::Keyword("IN") => {
                self.advance()?;
                return Ok(Condition::In(self.set()?));
            }
            TokenKind::Keyword("LIKE") => Condition::Like,
            TokenKind::Keyword("MATCHES") => Condition::Matches,
            TokenKind::Keyword("ISSUBSET") => Condition::IsSubset,
            TokenKind::Keyword("ISSUPERSET") => Condition::IsSuperset,
            _ => return Err(self.unexpected(Expected::Operator)),
        };
        self.advance()?;
        Ok(condition(self.string()?))
    }

    fn set(&mut self) -> Result<Vec<Located<Constant>>, LexError> {
        self.expect_sign("(", Expected::SetStart)?;
        let mut members = Vec::new();
        if self.take_sign(")")? {
            return Ok(members);
        }
        loop {
            self.count_part(self.next.span)?;
            members.push(self.constant()?);
            if self.take_sign(")")? {
                return Ok(members);
            }
            self.expect_sign(",", Expected::SetNext)?;
        }
    }
}
