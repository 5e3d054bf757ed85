#include "query/binding/clause_binder.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "index/status/status_macros.h"
#include "query/binding/clause_sets.h"
#include "query/binding/value_mends.h"
#include "query/language/birthday.h"
#include "query/language/bucket.h"
#include "query/language/excerpt.h"
#include "query/language/hints.h"
#include "query/language/leaf_text.h"
#include "text/civil_text.h"
#include "text/decimal.h"
#include "text/like_pattern.h"
#include "text/limits.h"
#include "text/normal_form.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

using index::Tag;
using index::TagKind;

constexpr size_t kSuggestions = 3;

// Texts are normalised without error handling: the parser and CheckTree accept valid UTF-8 only.

bool IsOrdering(const Expression& clause) {
  if (clause.op == Operator::kBetween) return true;
  return clause.op == Operator::kCompare && clause.comparison != Comparison::kEqual &&
         clause.comparison != Comparison::kNotEqual;
}

// Whether the text is empty or white space only. Loads trim white space, so such a text is never a value.
bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos;
}

// A literal as text, without quotes.
std::string PlainText(const Literal& literal) {
  return literal.kind == LiteralKind::kText ? literal.text : LiteralText(literal);
}

// The hint for a tag of another kind that is compared with the empty text; otherwise empty.
std::string MendOfEmpty(const Tag& tag, const Literal& literal) {
  if (literal.kind != LiteralKind::kText || !IsBlank(literal.text)) return "";
  return Sentence("; members without a value are NOT HAS ", NameText(tag.name));
}

// Joins names to a list such as "`a`, `b` or `c`".
std::string Alternatives(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    AppendSentence(text, i == 0 ? "" : i + 1 == names.size() ? " or " : ", ", names[i]);
  }
  return text;
}

static_assert(kLastBucket + 1 == kBuckets);

}  // namespace

ClauseBinder::ClauseBinder(const CatalogView& catalog, const LanguageLimits& limits, BindingNotes& notes)
    : catalog_(catalog),
      limits_(limits),
      calendar_{catalog.today(), catalog.time_zone()},
      sets_(catalog.view(), catalog.as_of()),
      notes_(notes),
      problems_(notes.problems),
      warnings_(notes.warnings) {}

void ClauseBinder::WrongType(const Tag& tag, SourceSpan span, const std::string& rest, const Literal* value) {
  problems_.Add(index::Reason::kWrongType, span,
                Sentence(NameText(tag.name), " is a ", index::TagKindName(tag.kind), " tag and ", rest),
                {.tag = tag.name, .value = value == nullptr ? "" : PlainText(*value)});
}

std::string ClauseBinder::WhyUnknown(const std::string& name, std::string_view dashed,
                                     std::vector<std::string>& nearest) {
  const std::string shown = Excerpt(NameText(name));
  if (const std::string joined = KeywordWithoutSpace(name); !joined.empty())
    return Sentence("There is no tag ", shown, "; ", absl::AsciiStrToLower(joined.substr(0, 1)),
                    joined.substr(1));
  if (absl::EqualsIgnoreCase(ForAbseil(name), "segment"))
    return Sentence("There is no tag ", shown, "; a saved segment is written SEGMENT 'name'.");
  std::optional<TagChoices>& choices = notes_.choices;
  if (!choices.has_value() || choices->view != catalog_.view())
    choices = TagChoices{catalog_.view(), NameChoices(catalog_.TagNames())};
  // Comparing all names takes long. If the budget is exhausted, the question ends here or starts again in a
  // longer turn.
  if (catalog_.budget().SpendValues(choices->names.size()).ok())
    nearest = choices->names.Nearest(name, kSuggestions);
  if (nearest.empty() && !dashed.empty())
    return Sentence("There is no tag ", shown, "; a name with `-` is written in back quotes, as in `",
                    Excerpt(dashed), "`.");
  if (nearest.empty())
    return Sentence("There is no tag ", shown, "; `muster tags` lists those that there are.");
  std::vector<std::string> written;
  for (const std::string& candidate : nearest) written.push_back(NameText(candidate));
  return Sentence("There is no tag ", shown, "; did you mean ", Alternatives(written), "?");
}

const Tag* ClauseBinder::FindTag(const std::string& written, SourceSpan span, std::string_view dashed) {
  const std::string name = InNormalForm(written);
  const Tag* tag = catalog_.FindTag(name);
  if (tag != nullptr) {
    const NamedTag named{catalog_.view(), tag->id};
    notes_.tags.insert(named);
    std::vector<NamedTag>& of_clause = notes_.clause_tags;
    if (std::find(of_clause.begin(), of_clause.end(), named) == of_clause.end()) of_clause.push_back(named);
    return tag;
  }
  // Finding the nearest names takes long, so skip it for problems that won't be listed.
  if (!problems_.stopped()) NoteUnknown(name, span, dashed);
  return nullptr;
}

void ClauseBinder::NoteUnknown(const std::string& name, SourceSpan span, std::string_view dashed) {
  Subject about{.tag = name};
  if (const std::optional<MissingTag> missing = catalog_.WhyMissing(name); missing.has_value()) {
    about.first_date = missing->first_date;
    problems_.Add(missing->reason, span,
                  Sentence("There is a tag ", Excerpt(NameText(name)), ", but ", missing->why),
                  std::move(about));
    return;
  }
  std::string why = WhyUnknown(name, dashed, about.nearest);
  problems_.Add(index::Reason::kUnknownTag, span, std::move(why), std::move(about));
}

absl::StatusOr<PlanOperand> ClauseBinder::Bind(const Expression& clause) {
  if (!clause.terms.empty()) return Sum(clause);
  const Tag* const tag = FindTag(clause.tag, clause.tag_span);
  return tag == nullptr ? PlanOperand() : OnTag(clause, *tag);
}

absl::StatusOr<PlanOperand> ClauseBinder::OnTag(const Expression& clause, const Tag& tag) {
  switch (clause.op) {
    case Operator::kHas:
      return sets_.Known(tag);
    case Operator::kLike:
    case Operator::kIlike:
      return Like(clause, tag);
    case Operator::kWeight:
    case Operator::kWeightBetween:
      return Weight(clause, tag);
    case Operator::kBirthdayWithin:
    case Operator::kBirthdayOn:
      return Birthdays(clause, tag);
    case Operator::kFlag:
      if (tag.kind == TagKind::kFlag) return OnFlag(clause, tag);
      WrongType(tag, clause.span,
                Sentence("is no condition alone; write HAS ", NameText(tag.name),
                         " for members with any value, or compare it with a value."));
      return PlanOperand();
    default:
      break;
  }
  const index::TagKindTraits& traits = index::TraitsOf(tag.kind);
  if (clause.op == Operator::kHasAll && !traits.has_texts) {
    WrongType(tag, clause.span, "has one value a member; HAS ALL is for MULTI tags, so write `=`.");
    return PlanOperand();
  }
  if (IsOrdering(clause) && !traits.is_numeric) {
    WrongType(tag, clause.span, "its values have no order; write =, != or IN.");
    return PlanOperand();
  }
  if (traits.has_texts) return OnTexts(clause, tag);
  return traits.is_numeric ? OnNumbers(clause, tag) : OnFlag(clause, tag);
}

PlanOperand ClauseBinder::OnFlag(const Expression& clause, const Tag& tag) {
  const auto row_true = [&] { return sets_.Value(tag, index::kTrueValue, NameText(tag.name)); };
  if (clause.op == Operator::kFlag) return row_true();
  bool wants[2] = {false, false};
  for (const Literal& literal : clause.literals) {
    if (literal.kind != LiteralKind::kBoolean) {
      WrongType(tag, literal.span,
                Sentence("takes true or false, not ", Excerpt(LiteralText(literal)),
                         MendOfEmpty(tag, literal), "."),
                &literal);
      return PlanOperand();
    }
    wants[literal.boolean ? 1 : 0] = true;
  }
  // A member with the flag has one of its two values, so the negation of one value is the other.
  if (IsNegated(clause)) {
    wants[0] = !wants[0];
    wants[1] = !wants[1];
  }
  if (wants[0] && wants[1]) return sets_.Known(tag);
  if (wants[1]) return row_true();
  if (wants[0]) return NegatedWithin(sets_.Known(tag), row_true());
  return sets_.None(PositiveLabel(clause));
}

PlanOperand ClauseBinder::OnNumbers(const Expression& clause, const Tag& tag) {
  std::vector<Extent> extents;
  for (const Literal& literal : clause.literals) {
    std::string why;
    const std::optional<Extent> extent = ExtentOf(tag, literal, calendar_, why);
    if (extent.has_value()) {
      extents.push_back(*extent);
    } else {
      WrongType(tag, literal.span, Sentence(why, MendOfEmpty(tag, literal), "."), &literal);
    }
  }
  if (extents.size() < clause.literals.size()) return PlanOperand();
  std::vector<Interval> intervals;
  if (clause.op == Operator::kBetween) {
    intervals.push_back(IntervalBetween(extents[0], extents[1]));
    if (IsAbove(tag, clause.literals[0], extents[0], clause.literals[1], extents[1]))
      WarnOfReversed(clause, tag, clause.literals[0], clause.literals[1]);
  } else {
    const Comparison comparison = clause.op == Operator::kCompare ? clause.comparison : Comparison::kEqual;
    for (const Extent& extent : extents) intervals.push_back(IntervalOf(comparison, extent));
  }
  PlanOperand set = sets_.Intervals(tag, index::kOwnValue, intervals, PositiveLabel(clause));
  return IsNegated(clause) ? NegatedWithin(sets_.Known(tag), std::move(set)) : std::move(set);
}

void ClauseBinder::WarnOfReversed(const Expression& clause, const Tag& tag, const Literal& low,
                                  const Literal& high) {
  SourceSpan span = low.span;
  if (span.offset >= 0) span.length = high.span.offset + high.span.length - span.offset;
  const std::string low_text = Excerpt(LiteralText(low));
  const std::string high_text = Excerpt(LiteralText(high));
  warnings_.Add(index::Reason::kReversedRange, span,
                Sentence("The low end ", low_text, " is above the high end ", high_text, ", so ",
                         clause.negated ? "everyone with a value lies outside; write NOT BETWEEN "
                                        : "nobody lies between; write BETWEEN ",
                         high_text, " AND ", low_text, "."),
                {.tag = tag.name, .value = PlainText(low)});
}

std::string ClauseBinder::NoMemberHas(const Tag& tag, std::string_view what) const {
  std::string sentence = Sentence("No member has ", what, " of ", NameText(tag.name));
  if (catalog_.as_of().has_value()) AppendSentence(sentence, " AS OF ", DateText(*catalog_.as_of()));
  return sentence;
}

void ClauseBinder::WarnOfValue(const Tag& tag, const std::string& value, SourceSpan span) {
  // Finding the nearest values may read many values, so skip it for warnings that won't be listed.
  if (warnings_.stopped()) return;
  const std::string start = NoMemberHas(tag, Sentence("the value ", Excerpt(StringText(value))));
  if (IsBlank(value)) return WarnOfBlank(tag, start, value, span);
  Subject about{.tag = tag.name, .value = value};
  std::string mend = DidYouMean(tag, about);
  // A weight is told from a value even if a value is near: it is a part of the text.
  if (std::string meant = MendOfValue(tag, value); !meant.empty() && (about.nearest.empty() || tag.weighted))
    mend = std::move(meant);
  warnings_.Add(index::Reason::kUnknownValue, span, Sentence(start, mend), std::move(about));
}

void ClauseBinder::WarnOfBlank(const Tag& tag, const std::string& start, const std::string& value,
                               SourceSpan span) {
  warnings_.Add(index::Reason::kEmptyValue, span,
                Sentence(start, "; an empty cell is no value, and members without one are NOT HAS ",
                         NameText(tag.name), "."),
                {.tag = tag.name, .value = value});
}

void ClauseBinder::WarnOfPattern(const Expression& clause, const Tag& tag, const LikePattern& pattern) {
  if (warnings_.stopped()) return;
  const Literal& written = clause.literals[0];
  Subject about{.tag = tag.name, .value = TextOfPattern(written.text)};
  if (about.value.size() > kValueBytesMax) about.value.clear();  // longer than any value: none is near
  const std::string start = NoMemberHas(tag, Sentence("a value like ", Excerpt(PatternText(written.text))));
  if (IsBlank(written.text)) return WarnOfBlank(tag, start, written.text, written.span);
  std::string mend = DidYouMean(tag, about);
  if (std::string meant = MendOfPattern(written.text); !meant.empty())
    mend = std::move(meant);
  else if (!pattern.has_wildcards() && about.nearest.empty())
    mend = Sentence("; a pattern matches whole values, and ", Excerpt(PatternText("%" + written.text + "%")),
                    " finds a part of them.");
  warnings_.Add(index::Reason::kUnknownValue, written.span, Sentence(start, mend), std::move(about));
}

std::string ClauseBinder::DidYouMean(const Tag& tag, Subject& about) const {
  if (about.value.empty()) return ".";
  about.nearest = catalog_.NearestValues(tag.id, about.value, kSuggestions);
  std::vector<std::string> shown;
  for (const std::string& candidate : about.nearest) shown.push_back(Excerpt(StringText(candidate)));
  return shown.empty() ? "." : Sentence("; did you mean ", Alternatives(shown), "?");
}

std::optional<std::vector<std::string>> ClauseBinder::Texts(const Expression& clause, const Tag& tag,
                                                            size_t literal_count) {
  std::vector<std::string> values;
  for (size_t i = 0; i < literal_count; ++i) {
    const Literal& literal = clause.literals[i];
    if (literal.kind != LiteralKind::kText && literal.kind != LiteralKind::kNumber) {
      const std::string written = LiteralText(literal);
      WrongType(tag, literal.span,
                literal.kind == LiteralKind::kToday
                    ? "takes a text in quotes, not TODAY."
                    : Sentence("takes a text in quotes: '", written, "' for ", written, "."),
                &literal);
      continue;
    }
    std::string value = InNormalForm(literal.text);
    if (value.size() > limits_.max_value_bytes) {
      problems_.Add(index::Reason::kLimit, literal.span,
                    Sentence("A value has at most ", limits_.max_value_bytes, " bytes, and this one has ",
                             value.size(), "; a beginning of it is found with LIKE."),
                    {.tag = tag.name, .value = value, .limit = limits_.max_value_bytes});
      continue;
    }
    values.push_back(std::move(value));
  }
  if (values.size() < literal_count) return std::nullopt;
  return values;
}

absl::StatusOr<bool> ClauseBinder::ValueIds(const Expression& clause, const Tag& tag, size_t literal_count,
                                            std::vector<index::ValueId>& ids, bool& missing) {
  missing = false;
  const std::optional<std::vector<std::string>> values = Texts(clause, tag, literal_count);
  if (!values.has_value()) return false;
  ASSIGN_OR_RETURN(const std::vector<std::optional<index::ValueId>> found,
                   catalog_.FindValues(tag.id, *values));
  for (size_t i = 0; i < values->size(); ++i) {
    if (const std::optional<index::ValueId>& id = found[i]; id.has_value()) {
      ids.push_back(*id);
    } else {
      missing = true;
      WarnOfValue(tag, (*values)[i], clause.literals[i].span);
    }
  }
  return true;
}

PlanOperand ClauseBinder::HasAll(const Expression& clause, const Tag& tag,
                                 const std::vector<index::ValueId>& ids) {
  std::map<index::ValueId, std::string> labels;
  for (size_t i = 0; i < ids.size(); ++i)
    labels.emplace(ids[i], Sentence(NameText(tag.name), " = ", LiteralText(clause.literals[i])));
  std::vector<PlanOperand> values;
  for (auto& [id, label] : labels) values.push_back(sets_.Value(tag, id, std::move(label)));
  return values.size() == 1 ? std::move(values.front()) : JoinDated(AllOf{}, std::move(values));
}

absl::StatusOr<PlanOperand> ClauseBinder::OnTexts(const Expression& clause, const Tag& tag) {
  std::vector<index::ValueId> ids;
  bool missing = false;
  ASSIGN_OR_RETURN(const bool texts, ValueIds(clause, tag, clause.literals.size(), ids, missing));
  if (!texts) return PlanOperand();
  const std::string label = PositiveLabel(clause);
  if (clause.op == Operator::kHasAll) return missing ? sets_.None(label) : HasAll(clause, tag, ids);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  PlanOperand set = sets_.AnyValue(tag, ids, label);
  return IsNegated(clause) ? NegatedWithin(sets_.Known(tag), std::move(set)) : std::move(set);
}

absl::StatusOr<PlanOperand> ClauseBinder::Like(const Expression& clause, const Tag& tag) {
  if (!index::TraitsOf(tag.kind).has_texts) {
    WrongType(tag, clause.span, "has no texts; LIKE and ILIKE are for SINGLE and MULTI tags.");
    return PlanOperand();
  }
  const std::string text = InNormalForm(clause.literals[0].text);
  const std::optional<LikePattern> pattern =
      LikePattern::Parse(text, clause.op == Operator::kIlike ? LetterCase::kFolded : LetterCase::kDiffers);
  if (!pattern.has_value()) return sets_.None(PositiveLabel(clause));  // the parser and CheckTree refuse it
  PlanOperand set;
  if (pattern->matches_all()) {
    set = sets_.Known(tag);
  } else {
    ASSIGN_OR_RETURN(std::vector<index::ValueId> ids, catalog_.ValuesLike(tag.id, *pattern));
    std::sort(ids.begin(), ids.end());
    if (ids.empty()) WarnOfPattern(clause, tag, *pattern);
    set = sets_.AnyValue(tag, ids, PositiveLabel(clause));
  }
  return IsNegated(clause) ? NegatedWithin(sets_.Known(tag), std::move(set)) : std::move(set);
}

absl::StatusOr<PlanOperand> ClauseBinder::Weight(const Expression& clause, const Tag& tag) {
  if (!tag.weighted) {
    WrongType(tag, clause.span, "has no weights; WEIGHT is for MULTI tags that were declared with weights.");
    return PlanOperand();
  }
  std::vector<index::ValueId> ids;
  bool missing = false;
  ASSIGN_OR_RETURN(const bool texts, ValueIds(clause, tag, 1, ids, missing));
  if (!texts) return PlanOperand();
  if (clause.op == Operator::kWeightBetween &&
      CompareDecimals(clause.literals[1].text, clause.literals[2].text) > 0)
    WarnOfReversed(clause, tag, clause.literals[1], clause.literals[2]);
  const std::string label = PositiveLabel(clause);
  if (missing) return sets_.None(label);
  const Extent number = ExtentOfNumber(clause.literals[1].text, tag.weight_scale);
  const Interval interval =
      clause.op == Operator::kWeight
          ? IntervalOf(clause.comparison, number)
          : IntervalBetween(number, ExtentOfNumber(clause.literals[2].text, tag.weight_scale));
  PlanOperand set = sets_.Intervals(tag, ids[0], {interval}, label);
  if (!IsNegated(clause)) return set;
  PlanOperand having =
      sets_.Value(tag, ids[0], Sentence(NameText(tag.name), " = ", LiteralText(clause.literals[0])));
  return NegatedWithin(std::move(having), std::move(set));
}

PlanOperand ClauseBinder::Birthdays(const Expression& clause, const Tag& tag) {
  if (tag.kind != TagKind::kDate && tag.kind != TagKind::kTimestamp) {
    WrongType(tag, clause.span, "has no birthdays; BIRTHDAY is for DATE and TIMESTAMP tags.");
    return PlanOperand();
  }
  const std::string& written = clause.literals[0].text;
  YearDays days;
  if (clause.op == Operator::kBirthdayOn) {
    days.Add(*MonthDayOf(written));
  } else {
    days.AddKept(calendar_.today, *DaysAheadOf(written));
  }
  if (days.count() == YearDays::kDays) return sets_.Known(tag);
  Birthday birthday{.number = sets_.NumberOf(tag), .days = days};
  if (tag.kind == TagKind::kTimestamp) birthday.zone = calendar_.zone;
  return sets_.Leaf(std::move(birthday), PositiveLabel(clause));
}

absl::StatusOr<PlanOperand> ClauseBinder::Buckets(const Expression& clause) {
  const Literal& low_end = clause.literals[1];
  const Literal& high_end = clause.literals[2];
  const std::string salt = InNormalForm(clause.literals[0].text);
  if (std::string why = WhyNoSalt(salt); !why.empty()) {
    problems_.Add(index::Reason::kLimit, clause.literals[0].span, std::move(why), {.limit = kMaxSaltBytes});
    return PlanOperand();
  }
  const uint32_t low = *BucketOf(low_end.text);
  const uint32_t high = *BucketOf(high_end.text);
  if (low > high) {
    SourceSpan span = low_end.span;
    if (span.offset >= 0) span.length = high_end.span.offset + high_end.span.length - span.offset;
    warnings_.Add(index::Reason::kReversedRange, span,
                  Sentence("The first bucket ", low, " is above the last one ", high,
                           ", so nobody is in them; write BUCKET (", Excerpt(StringText(salt)), ", ", high,
                           ", ", low, ")."),
                  {.value = low_end.text});
    return PlanOperand(Nobody{}, PositiveLabel(clause));
  }
  if (high - low == kLastBucket) return PlanOperand(Everyone{});
  Bucket bucket{.salt = salt, .low = low, .high = high};
  ASSIGN_OR_RETURN(bucket.stored, catalog_.FindBuckets(salt));
  return PlanOperand(std::move(bucket), PositiveLabel(clause));
}

}  // namespace muster::query
