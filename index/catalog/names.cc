#include "index/catalog/names.h"

#include <utf8proc.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "index/dictionary/sentence.h"
#include "index/status_reason.h"
#include "index/text/quoted.h"
#include "index/text/unicode.h"

namespace muster::index {
namespace {

absl::Status BadName(std::string_view what, std::string_view name, std::string_view rule) {
  return WithReason(absl::InvalidArgumentError(Sentence(what, " ", Quoted(name), " is not a name: ", rule)),
                    Reason::kBadName);
}

// Calls `test` for each code point of valid UTF-8 until it answers false.
template <typename Test>
bool AllCodePoints(std::string_view text, Test test) {
  while (!text.empty()) {
    utf8proc_int32_t code_point = 0;
    const utf8proc_ssize_t length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                                     static_cast<utf8proc_ssize_t>(text.size()), &code_point);
    if (length <= 0 || !test(code_point)) return false;
    text.remove_prefix(static_cast<size_t>(length));
  }
  return true;
}

bool Contains(std::string_view longer, std::string_view shorter) {
  constexpr size_t kLeastPart = 3;  // a shorter one would be found everywhere
  return shorter.size() >= kLeastPart && longer.find(shorter) != std::string_view::npos;
}

// Levenshtein's distance in bytes.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> distances(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) distances[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(distances[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = distances[j];
      distances[j] = std::min({replaced, distances[j] + 1, distances[j - 1] + 1});
    }
  }
  return distances[b.size()];
}

}  // namespace

absl::Status CheckPopulationName(std::string_view name) {
  const bool allowed = std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) ||
           absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '_' || c == '-';
  });
  if (allowed && !name.empty() && name.size() <= kPopulationNameBytesMax) return absl::OkStatus();
  return BadName("population", name, "1 to 63 of the characters a-z, 0-9, _ and -");
}

absl::StatusOr<std::string> NormalTagName(std::string_view name) {
  constexpr std::string_view kRule =
      "1 to 128 bytes of UTF-8: letters of any script, digits, _ . - and space, which is neither first nor "
      "last";
  std::optional<std::string> normal = NormalizeNfc(name);
  if (!normal || normal->empty() || normal->size() > kTagNameBytesMax || normal->front() == ' ' ||
      normal->back() == ' ' || !AllCodePoints(*normal, MayStandInTagName)) {
    return BadName("tag", name, kRule);
  }
  return *std::move(normal);
}

absl::Status CheckLabel(std::string_view label) {
  if (!label.empty() && label.size() <= kLabelBytesMax && IsValidUtf8(label) && !HasControlCharacter(label)) {
    return absl::OkStatus();
  }
  return BadName("label", label, "1 to 200 bytes of UTF-8 without control characters");
}

bool HasControlCharacter(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned char byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return true;
    // U+0080–009F are C2 80 to C2 9F.
    if (byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
  }
  return false;
}

std::vector<std::string> NearestNames(std::string_view name, const std::vector<std::string>& names) {
  constexpr size_t kShown = 3;
  const std::string wanted = absl::AsciiStrToLower(ForAbseil(name));
  std::vector<std::pair<size_t, std::string_view>> near;
  for (const std::string& candidate : names) {
    const std::string folded = absl::AsciiStrToLower(candidate);
    const size_t distance = EditDistance(wanted, folded);
    const bool close = distance <= std::min(wanted.size(), folded.size()) / 3;
    if (close || Contains(folded, wanted) || Contains(wanted, folded)) near.emplace_back(distance, candidate);
  }
  std::sort(near.begin(), near.end());
  if (near.size() > kShown) near.resize(kShown);
  std::vector<std::string> nearest;
  for (const auto& [distance, candidate] : near) nearest.emplace_back(candidate);
  return nearest;
}

std::string DidYouMean(const std::vector<std::string>& nearest) {
  std::string text;
  for (size_t i = 0; i < nearest.size(); ++i) {
    const char* before = i == 0 ? "; did you mean " : (i + 1 == nearest.size() ? " or " : ", ");
    text += Sentence(before, "'", nearest[i], "'");
  }
  return text.empty() ? text : text + "?";
}

}  // namespace muster::index
