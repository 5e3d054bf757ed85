// Random expressions as text.
#ifndef MUSTER_TESTS_QUERY_QUESTIONS_RANDOM_EXPRESSION_H_
#define MUSTER_TESTS_QUERY_QUESTIONS_RANDOM_EXPRESSION_H_

#include <initializer_list>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace muster::query {

// Random expressions over the tags of FactTags, with literals that match cells of MakeFacts and some that
// barely don't.
class RandomExpression {
 public:
  // `lists`: id lists that clauses name too.
  explicit RandomExpression(uint32_t seed, std::vector<std::string> lists = {})
      : random_(seed), lists_(std::move(lists)) {}

  std::string Make(int depth) {
    if (depth == 0 || Below(5) == 0) return Clause();
    const std::string a = Make(depth - 1), b = Make(depth - 1);
    switch (Below(4)) {
      case 0:
        return absl::StrCat("(", a, " AND ", b, " AND ", Make(depth - 1), ")");
      case 1:
        return absl::StrCat("(", a, " OR ", b, ")");
      case 2:
        return absl::StrCat("NOT (", a, ")");
      default:
        return absl::StrCat("AT LEAST ", Below(5), " OF (", a, ", ", b, ", ", a, ", ", Make(depth - 1), ")");
    }
  }

 private:
  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>(random_() % bound); }
  std::string Pick(std::initializer_list<const char*> texts) {
    return texts.begin()[Below(static_cast<uint32_t>(texts.size()))];
  }
  std::string Value(const std::string& tag) {
    if (tag == "vip") return Pick({"true", "false"});
    if (tag == "city") return Pick({"'上海'", "'北京'", "'Shanghai'", "'it\\'s'", "'nowhere'"});
    if (tag == "interests") return Pick({"'sports'", "'music'", "'spa'", "'opera'"});
    if (tag == "colors") return Pick({"'red'", "'green'", "07", "7"});
    if (tag == "age") return Pick({"-5", "0", "17.5", "30", "49", "-0.25", "99999999999999"});
    if (tag == "price") return Pick({"0", "1.5", "-0.505", "2.001", "3.99", "-3.99"});
    if (tag == "birth")
      return Pick(
          {"1899-12-31", "'2026-03-01'", "TODAY", "TODAY - 1 MONTH", "TODAY - 30 DAYS", "TODAY + 1 DAY"});
    return Pick({"2026-03-01", "'2026-03-30'", "'2026-03-30T12:30:00'", "'2026-03-31T23:59:59'", "TODAY",
                 "TODAY - 30 DAYS"});
  }
  // Of the tag where it has days.
  std::string Birthday(const std::string& tag) {
    return absl::StrCat("BIRTHDAY (", tag == "birth" ? tag : "seen", ")",
                        Pick({" = 02-28", " = 03-01", " = 03-30", " = 12-31", " = 02-29", " WITHIN 0 DAYS",
                              " WITHIN 1 DAY", " WITHIN 363 DAYS"}));
  }
  // Of numbers, or of the days between a birth and some day.
  std::string Sum() {
    if (Below(3) == 0) {
      const std::string day = Pick({"TODAY", "2026-03-01", "'1990-02-28'"});
      return absl::StrCat(Below(2) == 0 ? absl::StrCat("birth - ", day) : absl::StrCat(day, " - birth"),
                          Pick({" = ", " != ", " < ", " >= "}), Pick({"0", "31", "-30", "30.5", "12000"}));
    }
    std::string sum = Pick({"age", "price", "-1 * age", "2 * price", "0.5 * age", "10 - price"});
    for (uint32_t left = 1 + Below(3); left > 0; --left)
      absl::StrAppend(&sum, Pick({" + ", " - "}),
                      Pick({"age", "price", "1.5", "price * 3", "-2.5 * age", "0 * price"}));
    if (Below(3) == 0)
      return absl::StrCat(sum, Pick({" BETWEEN ", " NOT BETWEEN "}), Pick({"-20", "0", "1.25"}), " AND ",
                          Pick({"1.25", "30", "10.005"}));
    return absl::StrCat(sum, Pick({" = ", " != ", " < ", " <= ", " > ", " >= "}),
                        Pick({"0", "1.5", "-0.505", "20", "2.001", "99999999999999999999999"}));
  }
  std::string Clause() {
    if (!lists_.empty() && Below(4) == 0)
      return absl::StrCat("LIST '", lists_[Below(static_cast<uint32_t>(lists_.size()))], "'");
    const bool ordered = Below(2) == 0;
    const std::string tag =
        ordered ? Pick({"age", "price", "birth", "seen"}) : Pick({"vip", "city", "interests", "colors"});
    if (ordered && Below(6) == 0) return Birthday(tag);
    if (ordered && Below(4) == 0) return Sum();
    switch (Below(ordered ? 5 : 6)) {
      case 0:
        return absl::StrCat("HAS ", tag);
      case 1:
        return absl::StrCat(tag, Pick({" = ", " != "}), Value(tag));
      case 2:
        return absl::StrCat(tag, Pick({" IN (", " NOT IN ("}), Value(tag), ", ", Value(tag), ", ", Value(tag),
                            ")");
      case 3:
        if (ordered)
          return absl::StrCat(tag, Pick({" BETWEEN ", " NOT BETWEEN "}), Value(tag), " AND ", Value(tag));
        return absl::StrCat(
            Pick({"city", "colors"}), Pick({" LIKE '", " NOT LIKE '", " ILIKE '", " NOT ILIKE '"}),
            Pick({"上%'", "S%'", "r%'", "0%'", "%'", "%h%'", "%I'", "_%e%'", "__'", "re_'", "%0%1%'"}));
      case 4:
        if (ordered) return absl::StrCat(tag, Pick({" < ", " <= ", " > ", " >= "}), Value(tag));
        return absl::StrCat("interests HAS ALL (", Value("interests"), ", ", Value("interests"), ")");
      default: {
        const std::string weight = absl::StrCat("WEIGHT (interests, ", Value("interests"), ")");
        if (Below(2) == 0)
          return absl::StrCat(weight, " BETWEEN ", Pick({"0.5", "-1", "1.25"}), " AND ", Pick({"1", "2.05"}));
        return absl::StrCat(weight, Pick({" = ", " != ", " < ", " <= ", " > ", " >= "}),
                            Pick({"1", "0.55", "0", "2.9"}));
      }
    }
  }

  std::mt19937 random_;
  const std::vector<std::string> lists_;
};

}  // namespace muster::query

#endif  // MUSTER_TESTS_QUERY_QUESTIONS_RANDOM_EXPRESSION_H_
