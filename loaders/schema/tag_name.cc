#include "loaders/schema/tag_name.h"

#include <utf8proc.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "text/tag_name.h"
#include "text/unicode.h"

namespace muster::loaders {
namespace {

constexpr char kNameOfNothing[] = "column";

// The beginning of a name, cut between code points, that leaves room for `reserved` bytes. A space can't be
// last.
std::string Beginning(absl::string_view name, size_t reserved) {
  size_t bytes = std::min(name.size(), kTagNameBytesMax - reserved);
  while (bytes < name.size() && bytes > 0 && (static_cast<unsigned char>(name[bytes]) & 0xc0) == 0x80)
    --bytes;
  while (bytes > 0 && name[bytes - 1] == ' ') --bytes;
  return std::string(name.substr(0, bytes));
}

// The column with `_` for what no name may have; `replaced` says whether there was such a thing.
std::string Mended(absl::string_view column, bool& replaced) {
  std::string name;
  while (!column.empty()) {
    utf8proc_int32_t code_point = -1;
    const utf8proc_ssize_t taken =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(column.data()),
                         static_cast<utf8proc_ssize_t>(column.size()), &code_point);
    const size_t bytes = taken > 0 ? static_cast<size_t>(taken) : 1;
    const bool stays = taken > 0 && MayStandInTagName(code_point);
    if (stays) {
      name.append(column.data(), bytes);
    } else if (name.empty() || name.back() != '_') {
      name.push_back('_');
    }
    replaced |= !stays;
    column.remove_prefix(bytes);
  }
  return name;
}

// `base` with the first number behind it, from `next` on, with which it is free.
std::string Numbered(const std::string& base, size_t& next, absl::flat_hash_set<std::string>& taken) {
  while (true) {
    const std::string number = absl::StrCat("_", next++);
    std::string name = Beginning(base, number.size()) + number;
    if (taken.insert(name).second) return name;
  }
}

}  // namespace

std::string InNormalForm(absl::string_view text) {
  return NormalizeNfc(std::string_view(text.data(), text.size())).value_or(std::string(text));
}

std::string TagNameOf(absl::string_view column) {
  bool replaced = false;
  std::string name = Mended(InNormalForm(column), replaced);
  if (replaced) {
    const size_t begin = name.find_first_not_of("_ ");
    if (begin == std::string::npos) return "";
    name = name.substr(begin, name.find_last_not_of("_ ") + 1 - begin);
  }
  const size_t begin = name.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  return Beginning(absl::string_view(name).substr(begin), 0);
}

std::vector<std::string> TagNamesOf(absl::Span<const std::string> columns,
                                    absl::flat_hash_set<std::string> taken) {
  std::vector<std::string> names(columns.size());
  // Where a column's own name won't do: the name that it would come to → the columns by bytes, with their
  // places.
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
  // Names without a number come first, so that a numbered name never takes one of theirs.
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
