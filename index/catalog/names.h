// What populations, tags, labels, segments, id lists and members may be called (docs/semantics.md, rules 3
// and 29).
#ifndef MUSTER_INDEX_CATALOG_NAMES_H_
#define MUSTER_INDEX_CATALOG_NAMES_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "text/name_characters.h"

namespace muster::index {

inline constexpr size_t kPopulationNameBytesMax = 63;
inline constexpr size_t kLabelBytesMax = 200;
// The names of segments and of id lists.
inline constexpr size_t kSavedNameBytesMax = 200;
inline constexpr size_t kTagsPerPopulationMax = 10'000;
// A description, an owner or a source of a tag.
inline constexpr size_t kTagNoteBytesMax = 4096;

// 1–63 of [a-z0-9_-]. INVALID_ARGUMENT, kBadName, says the rule.
absl::Status CheckPopulationName(std::string_view name);
// The name in normal form C. 1–128 bytes: letters of any script with their marks, digits, _ . - and space,
// which isn't first or last. INVALID_ARGUMENT, kBadName.
absl::StatusOr<std::string> NormalTagName(std::string_view name);
// 1–200 bytes of UTF-8 without control characters and characters that turn the direction of text (such as
// U+202E). INVALID_ARGUMENT, kBadName.
absl::Status CheckLabel(std::string_view label);
// Whether it may name a part of a load: the same rules.
bool IsPartName(std::string_view name);
// The name in normal form C. 1–200 bytes of UTF-8 without control characters, characters that turn the
// direction of text, and white space at its ends. INVALID_ARGUMENT, kBadName.
absl::StatusOr<std::string> NormalSegmentName(std::string_view name);
// The same for an id list's name.
absl::StatusOr<std::string> NormalListName(std::string_view name);
// A description, owner or source, without white space at its ends: at most kTagNoteBytesMax of UTF-8 without
// control characters and characters that turn the direction of text. Nothing otherwise.
std::optional<std::string> NormalTagNote(std::string_view note);

}  // namespace muster::index

#endif  // MUSTER_INDEX_CATALOG_NAMES_H_
