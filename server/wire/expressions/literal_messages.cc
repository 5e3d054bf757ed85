#include "server/wire/expressions/literal_messages.h"

#include <optional>

#include "text/civil_text.h"
#include "text/decimal.h"

namespace muster::server {
namespace {

// Both enums have the same order; the wire's begins with UNSPECIFIED.
constexpr int kFirstUnit = v1::DATE_UNIT_DAY;
static_assert(static_cast<int>(query::DateUnit::kYear) + kFirstUnit == v1::DATE_UNIT_YEAR);
static_assert(v1::DateUnit_ARRAYSIZE == v1::DATE_UNIT_YEAR + 1);

std::optional<query::DateUnit> DateUnitOf(v1::DateUnit unit) {
  if (unit < kFirstUnit || unit >= v1::DateUnit_ARRAYSIZE) return std::nullopt;
  return static_cast<query::DateUnit>(unit - kFirstUnit);
}

v1::DateUnit EncodeUnit(query::DateUnit unit) {
  return static_cast<v1::DateUnit>(static_cast<int>(unit) + kFirstUnit);
}

}  // namespace

absl::Status DecodeToday(const v1::Today& today, const FieldPath& path, query::Literal& into) {
  into.kind = query::LiteralKind::kToday;
  into.today_offset = today.offset();
  const std::optional<query::DateUnit> unit = DateUnitOf(today.unit());
  if (!unit.has_value() && today.offset() != 0) {
    return path.Wrong("unit", "the offset has no unit: give DATE_UNIT_DAY, _WEEK, _MONTH or _YEAR");
  }
  into.today_unit = unit.value_or(query::DateUnit::kDay);
  return absl::OkStatus();
}

absl::Status DecodeNumber(std::string_view field, const std::string& number, const FieldPath& path,
                          query::Literal& into) {
  if (!IsNumberText(number))
    return path.Wrong(field, "this is not a number: write [-]digits[.digits], without an exponent");
  into.kind = query::LiteralKind::kNumber;
  into.text = number;
  return absl::OkStatus();
}

absl::Status DecodeDate(const std::string& date, const FieldPath& path, query::Literal& into) {
  if (!ParseDate(date).has_value()) {
    return path.Wrong("date", "this is not a date that exists: write YYYY-MM-DD, years 0001 to 9999");
  }
  into.kind = query::LiteralKind::kDate;
  into.text = date;
  return absl::OkStatus();
}

absl::Status DecodeLiteral(std::string_view field, bool present, const v1::Literal& literal, FieldPath& path,
                           query::Expression& into) {
  const PathStep step(path, field);
  query::Literal& decoded = into.literals.emplace_back();
  switch (present ? literal.value_case() : v1::Literal::VALUE_NOT_SET) {
    case v1::Literal::kText:
      decoded.text = literal.text();
      return absl::OkStatus();
    case v1::Literal::kNumber:
      return DecodeNumber("number", literal.number(), path, decoded);
    case v1::Literal::kBoolean:
      decoded.kind = query::LiteralKind::kBoolean;
      decoded.boolean = literal.boolean();
      return absl::OkStatus();
    case v1::Literal::kDate:
      return DecodeDate(literal.date(), path, decoded);
    case v1::Literal::kToday: {
      const PathStep today(path, "today");
      return DecodeToday(literal.today(), path, decoded);
    }
    case v1::Literal::VALUE_NOT_SET:
      break;
  }
  return FieldError(path.text(),
                    "the literal has no value: set `text`, `number`, `boolean`, `date` or `today`");
}

void EncodeToday(const query::Literal& literal, v1::Today& today) {
  today.set_offset(literal.today_offset);
  today.set_unit(EncodeUnit(literal.today_unit));
}

void EncodeLiteral(const query::Literal& literal, v1::Literal& encoded) {
  switch (literal.kind) {
    case query::LiteralKind::kText:
      encoded.set_text(literal.text);
      return;
    case query::LiteralKind::kNumber:
      encoded.set_number(literal.text);
      return;
    case query::LiteralKind::kBoolean:
      encoded.set_boolean(literal.boolean);
      return;
    case query::LiteralKind::kDate:
      encoded.set_date(literal.text);
      return;
    case query::LiteralKind::kToday:
      EncodeToday(literal, *encoded.mutable_today());
      return;
  }
}

}  // namespace muster::server
