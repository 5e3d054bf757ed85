#include "loaders/schema/note_list.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "text/quoted.h"

namespace muster::loaders {
namespace {

constexpr size_t kShown = 3;

}  // namespace

void NoteList::Add(NoteKind kind, std::string note) {
  Kind& same = kinds_[kind];
  ++same.count;
  if (same.first.size() < kShown) same.first.push_back(std::move(note));
}

std::vector<std::string> NoteList::Sentences() const {
  std::vector<std::string> sentences;
  for (const auto& [kind, same] : kinds_) {
    sentences.insert(sentences.end(), same.first.begin(), same.first.end());
    const uint64_t more = same.count - same.first.size();
    if (more == 0) continue;
    const bool texts = kind == NoteKind::kMissing || kind == NoteKind::kKeptText;
    sentences.push_back(
        absl::StrCat("and ", more, " more ", texts ? "text" : "column", more == 1 ? "" : "s"));
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
