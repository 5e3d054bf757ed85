#include "query/binding/nearest_names.h"

#include <algorithm>
#include <utility>

#include "query/language/code_point.h"

namespace muster::query {
namespace {

// Longer names and values than this are compared by their beginning.
constexpr size_t kMaxCodePoints = 64;

std::u32string Folded(std::string_view text) {
  std::u32string folded;
  for (size_t i = 0; i < text.size() && folded.size() < kMaxCodePoints;) {
    const CodePoint c = ReadCodePoint(text, i);
    folded.push_back(c.value >= 'A' && c.value <= 'Z' ? c.value + ('a' - 'A') : c.value);
    i += static_cast<size_t>(c.length);
  }
  return folded;
}

// The number of typing errors between two texts, or more than `most` when there are more.
size_t TypingErrors(const std::u32string& a, const std::u32string& b, size_t most) {
  const size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (difference > most) return most + 1;
  // Rows of the table of distances between beginnings of a and b: before the last, the last, and this one.
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t wrong = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({wrong, last[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    if (*std::min_element(row.begin(), row.end()) > most) return most + 1;
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

// How many errors a name may have: one in three; and one in two ideographs, each of which is a whole
// syllable.
size_t MostErrors(const std::u32string& name) {
  const auto ascii = [](char32_t c) { return c < 0x80; };
  if (name.size() == 2 && std::none_of(name.begin(), name.end(), ascii)) return 1;
  return name.size() / 3;
}

bool Contains(const std::u32string& longer, const std::u32string& shorter) {
  constexpr size_t kLeastPart = 3;  // in a shorter one everything would be found
  return shorter.size() >= kLeastPart && longer.find(shorter) != std::u32string::npos;
}

}  // namespace

std::vector<std::string> NearestNames(std::string_view name, const std::vector<std::string>& candidates,
                                      size_t limit) {
  const std::u32string wanted = Folded(name);
  const size_t most = MostErrors(wanted);
  std::vector<std::pair<size_t, size_t>> ranked;  // rank, place among the candidates
  for (size_t i = 0; i < candidates.size(); ++i) {
    const std::u32string candidate = Folded(candidates[i]);
    const size_t errors = TypingErrors(wanted, candidate, most);
    if (errors <= most) {
      ranked.emplace_back(errors, i);
    } else if (Contains(candidate, wanted) || Contains(wanted, candidate)) {
      ranked.emplace_back(most + 1, i);
    }
  }
  const size_t count = std::min(limit, ranked.size());
  std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(count), ranked.end());
  std::vector<std::string> nearest;
  for (size_t i = 0; i < count; ++i) nearest.push_back(candidates[ranked[i].second]);
  return nearest;
}

}  // namespace muster::query
