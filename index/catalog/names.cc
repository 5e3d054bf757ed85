#include "index/catalog/names.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "index/status/status_reason.h"
#include "text/controls.h"
#include "text/limits.h"
#include "text/name_characters.h"
#include "text/normal_form.h"
#include "text/quoted.h"
#include "text/sentence.h"
#include "text/utf8.h"

namespace muster::index {
namespace {

absl::Status BadName(std::string_view what, std::string_view name, std::string_view rule) {
  return WithReason(absl::InvalidArgumentError(Sentence(what, " ", Quoted(name), " is not a name: ", rule)),
                    Reason::kBadName);
}

// REQUIRES: valid UTF-8.
bool IsMadeForNames(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = ReadCodePoint(text, at);
    if (!MayStandInName(c.value)) return false;
    at += c.bytes;
  }
  return true;
}

bool IsPrintable(std::string_view text) {
  return IsValidUtf8(text) && !HasControlCharacter(text) && !HasDirectionControl(text);
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
      normal->back() == ' ' || !IsMadeForNames(*normal)) {
    return BadName("tag", name, kRule);
  }
  return *std::move(normal);
}

bool IsPartName(std::string_view name) {
  return !name.empty() && name.size() <= kLabelBytesMax && IsPrintable(name);
}

absl::Status CheckLabel(std::string_view label) {
  if (IsPartName(label)) return absl::OkStatus();
  return BadName(
      "label", label,
      "1 to 200 bytes of UTF-8 without control characters and characters that turn the direction of "
      "text");
}

namespace {

absl::StatusOr<std::string> NormalSavedName(std::string_view what, std::string_view name) {
  std::optional<std::string> normal = NormalizeNfc(name);
  if (!normal || normal->empty() || normal->size() > kSavedNameBytesMax || !IsPrintable(*normal) ||
      HasOuterWhiteSpace(*normal)) {
    return BadName(
        what, name,
        "1 to 200 bytes of UTF-8 without control characters, characters that turn the direction of text, and "
        "white space at its ends");
  }
  return *std::move(normal);
}

}  // namespace

absl::StatusOr<std::string> NormalSegmentName(std::string_view name) {
  return NormalSavedName("segment", name);
}
absl::StatusOr<std::string> NormalListName(std::string_view name) { return NormalSavedName("id list", name); }

std::optional<std::string> NormalTagNote(std::string_view note) {
  const std::string_view trimmed = FromAbseil(absl::StripAsciiWhitespace(ForAbseil(note)));
  if (trimmed.size() > kTagNoteBytesMax || !IsPrintable(trimmed)) return std::nullopt;
  return std::string(trimmed);
}

}  // namespace muster::index
