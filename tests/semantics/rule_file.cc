#include "tests/semantics/rule_file.h"

#include <array>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "index/status/status_macros.h"

namespace muster::testing {
namespace {

enum class Content { kNone, kText, kRows };

struct Verb {
  absl::string_view name;
  Content content;
};
constexpr std::array<Verb, 14> kVerbs = {{{"schema", Content::kText},
                                          {"records", Content::kText},
                                          {"list", Content::kText},
                                          {"load", Content::kNone},
                                          {"says", Content::kNone},
                                          {"select", Content::kRows},
                                          {"refuse", Content::kRows},
                                          {"warn", Content::kRows},
                                          {"count", Content::kRows},
                                          {"canonical", Content::kRows},
                                          {"profile", Content::kRows},
                                          {"cells", Content::kRows},
                                          {"restart", Content::kNone},
                                          {"case", Content::kNone}}};
constexpr absl::string_view kArrow = " => ";
constexpr absl::string_view kNone = "(none)";

std::optional<Content> ContentOf(absl::string_view verb) {
  for (const Verb& known : kVerbs)
    if (known.name == verb) return known.content;
  return std::nullopt;
}

absl::Status Wrong(int line, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", what));
}

bool IsHex(char c) { return absl::ascii_isxdigit(static_cast<unsigned char>(c)); }

class Reader {
 public:
  absl::Status Take(absl::string_view line) {
    ++number_;
    if (absl::StartsWith(line, "  ")) return TakeContent(line.substr(2));
    if (line.empty() || line.front() == '#') return absl::OkStatus();
    return TakeStep(line);
  }

  absl::StatusOr<std::vector<RuleCase>> Finish() {
    RETURN_IF_ERROR(EndStep());
    if (cases_.empty()) return Wrong(number_, "the file has no case");
    for (RuleCase& one : cases_) one.steps.insert(one.steps.begin(), common_.begin(), common_.end());
    return std::move(cases_);
  }

 private:
  absl::Status TakeStep(absl::string_view line) {
    RETURN_IF_ERROR(EndStep());
    RuleStep step{.line = number_};
    const size_t space = line.find(' ');
    step.verb = std::string(line.substr(0, space));
    if (space != line.npos) step.argument = std::string(line.substr(space + 1));
    const std::optional<Content> content = ContentOf(step.verb);
    if (!content.has_value()) return Wrong(number_, absl::StrCat("'", step.verb, "' is no step"));
    if (step.verb == "case") {
      content_ = Content::kNone;
      cases_.push_back({.line = number_, .name = step.argument});
      return absl::OkStatus();
    }
    if (cases_.empty() && (*content != Content::kText || step.verb == "list"))
      return Wrong(number_, "before the first case only schema and records may stand");
    content_ = *content;
    absl::string_view argument = step.argument;
    escaped_ = argument == "escaped" || absl::ConsumeSuffix(&argument, " escaped");
    if (escaped_) step.argument = argument == "escaped" ? "" : std::string(argument);
    Steps().push_back(std::move(step));
    return absl::OkStatus();
  }

  absl::Status TakeContent(absl::string_view line) {
    if (content_ == Content::kNone) return Wrong(number_, "an indented line belongs to no block");
    RuleStep& step = Steps().back();
    if (content_ == Content::kRows) return TakeRow(line, step);
    if (!escaped_) {
      absl::StrAppend(&step.text, line, "\n");
      return absl::OkStatus();
    }
    return Unescape(line, step.text);
  }

  absl::Status TakeRow(absl::string_view line, RuleStep& step) {
    const size_t arrow = line.rfind(kArrow);
    if (arrow == line.npos) return Wrong(number_, "a row needs ' => ' and what must come out");
    RuleRow row{.line = number_};
    absl::string_view expected = line.substr(arrow + kArrow.size());
    if (expected == kNone) expected = {};
    const absl::string_view asked = line.substr(0, arrow);
    if (escaped_) {
      RETURN_IF_ERROR(Unescape(asked, row.asked));
      RETURN_IF_ERROR(Unescape(expected, row.expected));
    } else {
      row.asked = std::string(absl::StripTrailingAsciiWhitespace(asked));
      row.expected = std::string(expected);
    }
    step.rows.push_back(std::move(row));
    return absl::OkStatus();
  }

  // Appends `text` with its escapes as bytes to `out`.
  absl::Status Unescape(absl::string_view text, std::string& out) const {
    for (size_t at = 0; at < text.size(); ++at) {
      if (text[at] != '\\') {
        out.push_back(text[at]);
        continue;
      }
      const absl::string_view escape = text.substr(at + 1, 3);
      const size_t simple = absl::string_view("nrt\\").find(escape.empty() ? 'x' : escape[0]);
      if (simple != absl::string_view::npos) {
        out.push_back("\n\r\t\\"[simple]);
        at += 1;
      } else if (escape.size() == 3 && escape[0] == 'x' && IsHex(escape[1]) && IsHex(escape[2])) {
        out += absl::HexStringToBytes(escape.substr(1));
        at += 3;
      } else {
        return Wrong(number_, absl::StrCat("'\\", escape, "' is no escape"));
      }
    }
    return absl::OkStatus();
  }

  // Those of the current case; before the first one, those of all cases.
  std::vector<RuleStep>& Steps() { return cases_.empty() ? common_ : cases_.back().steps; }

  absl::Status EndStep() {
    if (content_ == Content::kNone) return absl::OkStatus();
    const RuleStep& step = Steps().back();
    const bool full = content_ == Content::kRows ? !step.rows.empty() : !step.text.empty();
    return full || step.verb == "schema" ? absl::OkStatus()
                                         : Wrong(step.line, absl::StrCat(step.verb, " has no content"));
  }

  int number_ = 0;
  Content content_ = Content::kNone;
  bool escaped_ = false;
  std::vector<RuleStep> common_;
  std::vector<RuleCase> cases_;
};

}  // namespace

absl::StatusOr<std::vector<RuleCase>> ReadRuleFile(absl::string_view text) {
  Reader reader;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) RETURN_IF_ERROR(reader.Take(line));
  return reader.Finish();
}

}  // namespace muster::testing
