#include "tests/query/questions/fact_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "tests/matchers/status.h"
#include "text/abseil_text.h"
#include "text/utf8.h"

namespace muster::query {
namespace {

using index::LoadTagSpec;
using index::TagKind;

LoadTagSpec Tag(const char* name, TagKind kind, int scale = 0, const char* weight_separator = "") {
  LoadTagSpec tag;
  tag.name = name;
  tag.kind = kind;
  tag.scale = scale;
  if (kind == TagKind::kMulti) tag.separator = "|";
  tag.weight_separator = weight_separator;
  if (*weight_separator != '\0') tag.weight_scale = 1;
  return tag;
}

// A decimal in ten-thousandths; the tests' literals have no more digits.
int64_t TenThousandths(const std::string& text) {
  const bool negative = text[0] == '-';
  const size_t point = text.find('.');
  std::string digits = point == std::string::npos ? text : text.substr(0, point);
  std::string decimals = point == std::string::npos ? "" : text.substr(point + 1);
  decimals.resize(4, '0');
  const int64_t value = std::llabs(std::strtoll(digits.c_str(), nullptr, 10)) * 10'000 +
                        std::strtoll(decimals.c_str(), nullptr, 10);
  return negative ? -value : value;
}

std::string DateOf(const Literal& literal) {
  if (literal.kind != LiteralKind::kToday) return literal.text;
  if (literal.today_offset == 0) return "2026-03-31";
  if (literal.today_offset == 1) return "2026-04-01";
  return literal.today_unit == DateUnit::kMonth ? "2026-02-28" : "2026-03-01";
}

// −1, 0 or 1: how a cell compares with a literal.
int Compared(const std::string& tag, const std::string& cell, const Literal& literal) {
  if (tag == "birth" || tag == "seen") {
    const std::string wanted = DateOf(literal);
    // A date against a timestamp is the whole day.
    const std::string known = cell.substr(0, wanted.size());
    return known < wanted ? -1 : known > wanted ? 1 : 0;
  }
  if (tag == "vip") return (cell == "true") == literal.boolean ? 0 : 1;
  if (tag == "city" || tag == "interests" || tag == "colors") return cell == literal.text ? 0 : 1;
  const int64_t known = TenThousandths(cell), wanted = TenThousandths(literal.text);
  return known < wanted ? -1 : known > wanted ? 1 : 0;
}

bool Matches(int compared, Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual:
      return compared == 0;
    case Comparison::kNotEqual:
      return compared != 0;
    case Comparison::kLess:
      return compared < 0;
    case Comparison::kLessOrEqual:
      return compared <= 0;
    case Comparison::kGreater:
      return compared > 0;
    case Comparison::kGreaterOrEqual:
      return compared >= 0;
  }
  return false;
}

// The values of a member's tag, without weights.
std::vector<std::string> ValuesOf(const Facts& member, const std::string& tag) {
  const std::string& cell = member.at(tag);
  if (cell.empty()) return {};
  std::vector<std::string> values = absl::StrSplit(cell, '|');
  if (tag == "interests") {
    for (std::string& value : values) value = value.substr(0, value.find(':'));
  }
  return values;
}

// The weight of a value as text; empty when the member doesn't have the value.
std::string WeightOf(const Facts& member, const std::string& tag, const std::string& value) {
  const std::vector<std::string> weighted = absl::StrSplit(member.at(tag), '|');
  for (const std::string& each : weighted) {
    const size_t colon = each.find(':');
    if (each.substr(0, colon) == value) return colon == std::string::npos ? "1" : each.substr(colon + 1);
  }
  return "";
}

// On 2026-03-31, of a date or a time of MakeFacts. `days` is 0, 1 or 363: the last spares the day before
// alone, whose birthday was kept on 2026-03-30.
bool BirthdayIsWithin(const std::string& cell, const std::string& days) {
  const std::string day = cell.substr(5, 5);
  if (days == "363") return day != "03-30";
  return day == "03-31" || (days == "1" && day == "04-01");
}

// By the definition of LIKE. The patterns here have no escapes.
bool IsLike(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%')
    return IsLike(text, pattern.substr(1)) || (!text.empty() && IsLike(text.substr(1), pattern));
  if (text.empty()) return false;
  const size_t step = pattern[0] == '_' ? ReadFirstCodePoint(text).bytes : 1;
  return (pattern[0] == '_' || pattern[0] == text[0]) && IsLike(text.substr(step), pattern.substr(1));
}

absl::CivilDay DayOf(const std::string& text) {
  absl::CivilDay day;
  EXPECT_TRUE(absl::ParseCivilTime(text, &day)) << text;
  return day;
}

// In hundred-millionths, or in days. The tests' numbers and factors have at most four digits after the point,
// and constants far beyond all sums are cut.
bool HoldsSum(const Expression& clause, const Facts& member) {
  constexpr int64_t kUnit = 100'000'000;
  int64_t sum = 0;
  for (const Term& term : clause.terms) {
    int64_t value = kUnit;
    if (term.literal.kind == LiteralKind::kNumber) {
      value = TenThousandths(term.literal.text) * 10'000;
      const std::string cell = term.tag.empty() ? "1" : member.at(term.tag);
      if (cell.empty()) return false;
      value = term.tag == "birth" ? kUnit * (DayOf(cell) - absl::CivilDay(1900, 1, 1))
                                  : value / 10'000 * TenThousandths(cell);
    } else {
      value *= DayOf(DateOf(term.literal)) - absl::CivilDay(1900, 1, 1);
    }
    sum += term.subtracted ? -value : value;
  }
  const auto compared = [sum](const Literal& literal) {
    constexpr size_t kLongNumber = 12;
    if (literal.text.size() > kLongNumber) return literal.text[0] == '-' ? 1 : -1;
    const int64_t wanted = TenThousandths(literal.text) * 10'000;
    return sum < wanted ? -1 : sum > wanted ? 1 : 0;
  };
  if (clause.op == Operator::kSum) return Matches(compared(clause.literals[0]), clause.comparison);
  return (compared(clause.literals[0]) >= 0 && compared(clause.literals[1]) <= 0) != clause.negated;
}

bool HoldsClause(const Expression& clause, const Facts& member) {
  if (!clause.terms.empty()) return HoldsSum(clause, member);
  const std::vector<std::string> values = ValuesOf(member, clause.tag);
  if (values.empty()) return false;
  const auto any = [&values](auto matches) { return std::any_of(values.begin(), values.end(), matches); };
  const auto equals = [&](const Literal& literal) {
    return any([&](const std::string& value) { return Compared(clause.tag, value, literal) == 0; });
  };
  switch (clause.op) {
    case Operator::kHas:
      return true;
    case Operator::kFlag:
      return values[0] == "true";
    case Operator::kCompare:
      if (clause.comparison == Comparison::kNotEqual) return !equals(clause.literals[0]);
      return any([&](const std::string& value) {
        return Matches(Compared(clause.tag, value, clause.literals[0]), clause.comparison);
      });
    case Operator::kBetween: {
      const bool inside = Compared(clause.tag, values[0], clause.literals[0]) >= 0 &&
                          Compared(clause.tag, values[0], clause.literals[1]) <= 0;
      return inside != clause.negated;
    }
    case Operator::kIn:
      return std::any_of(clause.literals.begin(), clause.literals.end(), equals) != clause.negated;
    case Operator::kHasAll:
      return std::all_of(clause.literals.begin(), clause.literals.end(), equals);
    case Operator::kBirthdayOn:
      return values[0].substr(5, 5) == clause.literals[0].text;
    case Operator::kBirthdayWithin:
      return BirthdayIsWithin(values[0], clause.literals[0].text);
    case Operator::kLike:
    case Operator::kIlike: {
      const bool folds = clause.op == Operator::kIlike;  // the values here have ASCII letters alone
      const auto folded = [folds](std::string_view text) {
        return folds ? absl::AsciiStrToLower(ForAbseil(text)) : std::string(text);
      };
      const std::string pattern = folded(clause.literals[0].text);
      return any([&](const std::string& value) { return IsLike(folded(value), pattern); }) != clause.negated;
    }
    default:
      break;
  }
  const std::string weight = WeightOf(member, clause.tag, clause.literals[0].text);
  if (weight.empty()) return false;
  if (clause.op == Operator::kWeight)
    return Matches(Compared("age", weight, clause.literals[1]), clause.comparison);
  return Compared("age", weight, clause.literals[1]) >= 0 && Compared("age", weight, clause.literals[2]) <= 0;
}

}  // namespace

const std::vector<LoadTagSpec>& FactTags() {
  static const auto* const kTags = new std::vector<LoadTagSpec>{Tag("vip", TagKind::kFlag),
                                                                Tag("city", TagKind::kSingle),
                                                                Tag("interests", TagKind::kMulti, 0, ":"),
                                                                Tag("colors", TagKind::kMulti),
                                                                Tag("age", TagKind::kNumber),
                                                                Tag("price", TagKind::kNumber, 2),
                                                                Tag("birth", TagKind::kDate),
                                                                Tag("seen", TagKind::kTimestamp)};
  return *kTags;
}

std::vector<Facts> MakeFacts(uint32_t seed, size_t count) {
  std::mt19937 random(seed);
  const auto below = [&random](uint32_t bound) { return static_cast<uint32_t>(random() % bound); };
  const auto pick = [&](std::initializer_list<const char*> texts) {
    return std::string(texts.begin()[below(static_cast<uint32_t>(texts.size()))]);
  };
  const auto subset = [&](std::initializer_list<const char*> texts, bool weighted) {
    std::string cell;
    for (const char* text : texts) {
      if (below(2) == 0) continue;
      absl::StrAppend(&cell, cell.empty() ? "" : "|", text);
      if (weighted && below(3) != 0) absl::StrAppend(&cell, ":", below(3), ".", below(10));
    }
    return cell;
  };
  std::vector<Facts> facts(count);
  for (Facts& member : facts) {
    member["vip"] = pick({"true", "false"});
    member["city"] = pick({"上海", "北京", "苏州", "Shanghai", "it's"});
    member["interests"] = subset({"sports", "music", "spa"}, true);
    member["colors"] = subset({"red", "green", "blue", "07"}, false);
    member["age"] = absl::StrCat(static_cast<int>(below(60)) - 10);
    member["price"] = absl::StrFormat("%s%d.%02d", below(3) == 0 ? "-" : "", below(4), below(100));
    member["birth"] =
        pick({"1899-12-31", "1990-02-28", "2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01"});
    member["seen"] = absl::StrCat(pick({"2026-02-28", "2026-03-01", "2026-03-30", "2026-03-31"}), "T",
                                  pick({"00:00:00", "12:30:00", "23:59:59"}));
    for (auto& [tag, cell] : member) {
      if (below(3) == 0) cell.clear();
    }
  }
  return facts;
}

bool Holds(const Expression& expression, const Facts& member) {
  const auto holds = [&member](const ExpressionPtr& operand) { return Holds(*operand, member); };
  const std::vector<ExpressionPtr>& operands = expression.operands;
  switch (expression.op) {
    case Operator::kEveryone:
      return true;
    case Operator::kIdList:
      return member.contains(absl::StrCat("LIST ", expression.tag));
    case Operator::kNobody:
      return false;
    case Operator::kAnd:
      return std::all_of(operands.begin(), operands.end(), holds);
    case Operator::kOr:
      return std::any_of(operands.begin(), operands.end(), holds);
    case Operator::kNot:
      return !holds(operands[0]);
    case Operator::kAtLeast:
      return std::count_if(operands.begin(), operands.end(), holds) >= expression.count;
    default:
      return HoldsClause(expression, member);
  }
}

FactDatabase::FactDatabase() {
  std::string path = (std::filesystem::temp_directory_path() / "muster_questions_XXXXXX").string();
  EXPECT_NE(mkdtemp(path.data()), nullptr);
  directory_ = path;
  index::DatabaseOptions options;
  options.directory = directory_;
  options.map_size = size_t{1} << 30;
  absl::StatusOr<std::unique_ptr<index::Database>> database = index::Database::Open(options);
  EXPECT_THAT(database, IsOk());
  database_ = *std::move(database);
}

FactDatabase::~FactDatabase() {
  database_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

index::Population& FactDatabase::population() { return **database_->FindPopulation("members"); }

index::Population& FactDatabase::Load(const std::vector<Facts>& facts, size_t first, index::LoadMode mode,
                                      std::vector<LoadTagSpec> tags, std::optional<absl::CivilDay> date) {
  struct Column {
    std::string text;
    std::vector<uint32_t> ends;
    void Add(const std::string& cell) {
      text += cell;
      ends.push_back(static_cast<uint32_t>(text.size()));
    }
    index::CellsView view() const { return {text, ends}; }
  };
  Column ids;
  std::vector<Column> columns(tags.size());
  for (size_t i = 0; i < facts.size(); ++i) {
    ids.Add(absl::StrFormat("m%08d", first + i + 1));
    for (size_t j = 0; j < tags.size(); ++j) columns[j].Add(facts[i].at(tags[j].name));
  }
  index::LoadSpec spec;
  spec.population = "members";
  spec.time_zone = "Asia/Shanghai";
  spec.mode = mode;
  spec.business_date = date;
  spec.tags = std::move(tags);
  absl::StatusOr<std::unique_ptr<index::Load>> load = database_->BeginLoad(spec);
  EXPECT_THAT(load, IsOk());
  index::RecordBatchView batch;
  batch.member_ids = ids.view();
  for (const Column& column : columns) batch.cells.push_back(column.view());
  EXPECT_THAT((*load)->Feed(batch), IsOk());
  const absl::StatusOr<index::LoadResult> result = (*load)->Commit(facts.size(), WorkBudget::Unlimited());
  EXPECT_THAT(result, IsOk());
  EXPECT_EQ(result->rejected_records, 0u) << result->first_rejected.at(0).message;
  return population();
}

}  // namespace muster::query
