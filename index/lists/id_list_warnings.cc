#include "index/lists/id_list_warnings.h"

#include <algorithm>
#include <string_view>

#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

// Whether the id looks like a line with several cells, or like a cell in quotes.
bool LooksLikeCells(std::string_view id) {
  const bool quoted = id.size() > 1 && id.front() == id.back() && (id.front() == '"' || id.front() == '\'');
  return quoted || id.find_first_of(",;|\t") != std::string_view::npos;
}

std::string Listed(const std::vector<std::string>& ids) {
  std::string text;
  for (const std::string& id : ids) AppendSentence(text, text.empty() ? "" : ", ", Quoted(id));
  return text;
}

}  // namespace

std::vector<std::string> WarningsOf(const IdListResult& result, const FirstId& first) {
  std::vector<std::string> warnings;
  const std::vector<std::string>& unknown = result.first_unknown;
  if (result.member_count == 0) {
    const bool all_shown = unknown.size() == result.list.id_count;
    warnings.push_back(Sentence("no id of the list is a member now: ", Listed(unknown),
                                all_shown ? "" : ", …",
                                "; check that they are member ids of this population"));
  } else if (!first.is_member && 2 * result.member_count > result.list.id_count) {
    warnings.push_back(
        Sentence("line ", first.line, ", ", Quoted(first.id),
                 ", is unknown, unlike most others; a list has no header, so remove the line if "
                 "it is one"));
  }
  const auto cells = std::find_if(unknown.begin(), unknown.end(), LooksLikeCells);
  if (cells != unknown.end()) {
    warnings.push_back(Sentence(Quoted(*cells),
                                " is taken as one id; a list has one id a line, without further columns, "
                                "delimiters and quotes"));
  }
  return warnings;
}

}  // namespace muster::index
