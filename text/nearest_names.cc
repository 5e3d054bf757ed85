// The number of typing errors is the optimal string alignment distance: insertions, deletions, replacements
// and swaps of neighbours, computed row by row until a whole row exceeds the limit. Most candidates are
// excluded before that by comparing 64-bit sets of their letters.
#include "text/nearest_names.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "text/utf8.h"

namespace muster {
namespace {

// Longer names and values are compared by their first code points.
constexpr size_t kMaxCodePoints = 64;

std::u32string Folded(std::string_view text) {
  std::u32string folded;
  for (size_t at = 0; at < text.size() && folded.size() < kMaxCodePoints;) {
    const CodePoint c = ReadCodePoint(text, at);
    folded.push_back(c.value >= 'A' && c.value <= 'Z' ? c.value + ('a' - 'A') : c.value);
    at += c.bytes;
  }
  return folded;
}

uint64_t LettersOf(const std::u32string& folded) {
  uint64_t letters = 0;
  for (const char32_t c : folded) letters |= uint64_t{1} << (c % 64);
  return letters;
}

// Whether two texts may be within `most` typing errors of each other. Each error adds at most one letter and
// removes at most one.
bool MayBeNear(uint64_t a, uint64_t b, size_t most) {
  return static_cast<size_t>(std::popcount(a & ~b)) <= most &&
         static_cast<size_t>(std::popcount(b & ~a)) <= most;
}

// The number of typing errors between two texts, or some number above `most` if there are more.
size_t TypingErrors(const std::u32string& a, const std::u32string& b, size_t most) {
  const size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (difference > most) return most + 1;
  // Rows of the table of distances between prefixes of a and b: the one before the last, the last, and this
  // one.
  std::array<size_t, kMaxCodePoints + 1> rows[3];
  size_t *before = rows[0].data(), *last = rows[1].data(), *row = rows[2].data();
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    size_t least = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t wrong = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({wrong, last[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
      least = std::min(least, row[j]);
    }
    if (least > most) return most + 1;
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

// The most errors allowed in a name: one in three code points; also one in a name of two ideographs, each of
// which is a whole syllable.
size_t MostErrors(const std::u32string& name) {
  const auto ascii = [](char32_t c) { return c < 0x80; };
  if (name.size() == 2 && std::none_of(name.begin(), name.end(), ascii)) return 1;
  return name.size() / 3;
}

bool Contains(const std::u32string& longer, const std::u32string& shorter) {
  constexpr size_t kLeastPart = 3;  // a shorter part would match nearly everything
  return shorter.size() >= kLeastPart && longer.find(shorter) != std::u32string::npos;
}

}  // namespace

NameChoices::NameChoices(std::vector<std::string> names) : names_(std::move(names)) {
  choices_.reserve(names_.size());
  for (const std::string& name : names_) {
    std::u32string folded = Folded(name);
    const uint64_t letters = LettersOf(folded);
    choices_.push_back({std::move(folded), letters});
  }
}

std::vector<std::string> NameChoices::Nearest(std::string_view name, size_t limit) const {
  const std::u32string wanted = Folded(name);
  const uint64_t letters = LettersOf(wanted);
  const size_t most = MostErrors(wanted);
  std::vector<std::pair<size_t, size_t>> ranked;  // rank, and position among the names
  for (size_t i = 0; i < choices_.size(); ++i) {
    const Choice& choice = choices_[i];
    const size_t errors =
        MayBeNear(letters, choice.letters, most) ? TypingErrors(wanted, choice.folded, most) : most + 1;
    if (errors <= most) {
      ranked.emplace_back(errors, i);
    } else if (Contains(choice.folded, wanted) || Contains(wanted, choice.folded)) {
      ranked.emplace_back(most + 1, i);
    }
  }
  const size_t count = std::min(limit, ranked.size());
  std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(count), ranked.end());
  std::vector<std::string> nearest;
  for (size_t i = 0; i < count; ++i) nearest.push_back(names_[ranked[i].second]);
  return nearest;
}

std::vector<std::string> NearestNames(std::string_view name, const std::vector<std::string>& candidates,
                                      size_t limit) {
  return NameChoices(candidates).Nearest(name, limit);
}

std::vector<std::string> NamesASlipAway(std::string_view name, const std::vector<std::string>& candidates,
                                        size_t limit) {
  constexpr size_t kMostErrors = 2;
  constexpr size_t kLeastCodePoints = 5;  // `day1` and `day2` are two names, not a typing error
  const std::u32string wanted = Folded(name);
  std::vector<std::pair<size_t, std::string_view>> near;
  for (const std::string& candidate : candidates) {
    const std::u32string other = Folded(candidate);
    if (std::min(wanted.size(), other.size()) < kLeastCodePoints) continue;
    const size_t errors = TypingErrors(wanted, other, kMostErrors);
    if (errors <= kMostErrors) near.emplace_back(errors, candidate);
  }
  std::sort(near.begin(), near.end());
  if (near.size() > limit) near.resize(limit);
  std::vector<std::string> nearest;
  for (const auto& [errors, candidate] : near) nearest.emplace_back(candidate);
  return nearest;
}

std::string DidYouMean(const std::vector<std::string>& nearest) {
  std::string text;
  for (size_t i = 0; i < nearest.size(); ++i) {
    text += i == 0 ? "; did you mean " : (i + 1 == nearest.size() ? " or " : ", ");
    text += "'" + nearest[i] + "'";
  }
  return text.empty() ? text : text + "?";
}

}  // namespace muster
