#include "loaders/schema/tag_name.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "text/abseil_text.h"
#include "text/limits.h"
#include "text/name_characters.h"
#include "text/normal_form.h"
#include "text/utf8.h"

namespace muster::loaders {
namespace {

constexpr char kNameOfNothing[] = "column";

// The start of a name, cut between code points, that leaves room for `reserved` bytes. It doesn't end with a
// space.
std::string Beginning(std::string_view name, size_t reserved) {
  const std::string_view fitting = name.substr(0, kTagNameBytesMax - reserved);
  size_t bytes = BytesOfWholeCodePoints(fitting);
  while (bytes > 0 && name[bytes - 1] == ' ') --bytes;
  return std::string(name.substr(0, bytes));
}

// Replaces illegal characters of the column by `_`; `replaced` reports whether there were any.
std::string Mended(std::string_view column, bool& replaced) {
  std::string name;
  for (size_t at = 0; at < column.size();) {
    const CodePoint c = ReadCodePoint(column, at);
    const bool stays = c.valid && MayStandInName(c.value);
    if (stays) {
      name.append(column.substr(at, c.bytes));
    } else if (name.empty() || name.back() != '_') {
      name.push_back('_');
    }
    replaced |= !stays;
    at += c.bytes;
  }
  return name;
}

// Appends to `base` the first number from `next` on that makes it free.
std::string Numbered(const std::string& base, size_t& next, absl::flat_hash_set<std::string>& taken) {
  while (true) {
    const std::string number = absl::StrCat("_", next++);
    std::string name = Beginning(base, number.size()) + number;
    if (taken.insert(name).second) return name;
  }
}

}  // namespace

std::string TagNameOf(absl::string_view column) {
  bool replaced = false;
  std::string name = Mended(InNormalForm(FromAbseil(column)), replaced);
  if (replaced) {
    const size_t begin = name.find_first_not_of("_ ");
    if (begin == std::string::npos) return "";
    name = name.substr(begin, name.find_last_not_of("_ ") + 1 - begin);
  }
  const size_t begin = name.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  return Beginning(std::string_view(name).substr(begin), 0);
}

std::vector<std::string> TagNamesOf(absl::Span<const std::string> columns,
                                    absl::flat_hash_set<std::string> taken) {
  std::vector<std::string> names(columns.size());
  // For columns whose own name is not legal: the corrected name → the columns by bytes, with their
  // positions.
  std::map<std::string, std::map<std::string, size_t>> mended;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].empty()) continue;
    std::string name = TagNameOf(columns[i]);
    if (name == InNormalForm(columns[i]) && taken.insert(name).second) {
      names[i] = std::move(name);
    } else {
      mended[name.empty() ? kNameOfNothing : name].emplace(columns[i], i);
    }
  }
  // Names without a number are assigned first, so that a numbered name never takes one of them.
  for (const auto& [base, places] : mended) {
    if (taken.insert(base).second) names[places.begin()->second] = base;
  }
  for (const auto& [base, places] : mended) {
    size_t next = 2;
    for (const auto& [column, place] : places) {
      if (names[place].empty()) names[place] = Numbered(base, next, taken);
    }
  }
  return names;
}

}  // namespace muster::loaders
