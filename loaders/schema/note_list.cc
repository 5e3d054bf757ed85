#include "loaders/schema/note_list.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "text/quoted.h"

namespace muster::loaders {
namespace {

constexpr size_t kShown = 3;

}  // namespace

void NoteList::Add(NoteKind kind, std::string note, const std::string& column) {
  constexpr size_t kNamesKept = 12;
  Kind& same = kinds_[kind];
  ++same.count;
  if (same.count > kShown && !column.empty() && same.further.size() < kNamesKept)
    same.further.push_back(column);
  if (same.first.size() <= kShown) same.first.push_back(std::move(note));
}

std::vector<std::string> NoteList::Sentences() const {
  std::vector<std::string> sentences;
  for (const auto& [kind, same] : kinds_) {
    const bool all = same.count == same.first.size();
    const size_t shown = all ? same.first.size() : kShown;
    sentences.insert(sentences.end(), same.first.begin(),
                     same.first.begin() + static_cast<std::ptrdiff_t>(shown));
    if (all) continue;
    const bool texts = kind == NoteKind::kMissing || kind == NoteKind::kKeptText;
    std::string names;
    for (const std::string& name : same.further)
      absl::StrAppend(&names, names.empty() ? ": " : ", ", Quoted(name));
    if (!names.empty() && same.further.size() < same.count - shown) names += ", …";
    sentences.push_back(
        absl::StrCat("and ", same.count - shown, " more ", texts ? "texts" : "columns", names));
  }
  return sentences;
}

std::string QuotedNames(const std::vector<std::string>& names) {
  std::string text;
  const size_t shown = std::min(names.size(), kShown);
  for (size_t i = 0; i < shown; ++i) {
    const char* const before = i == 0 ? "" : i + 1 == names.size() ? " and " : ", ";
    absl::StrAppend(&text, before, Quoted(names[i]));
  }
  if (names.size() > shown) absl::StrAppend(&text, " and ", names.size() - shown, " more");
  return text;
}

}  // namespace muster::loaders
