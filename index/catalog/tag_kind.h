// The properties of each tag kind, in one table. Code consults the table, and names a kind only where that
// kind alone is meant.
#ifndef MUSTER_INDEX_CATALOG_TAG_KIND_H_
#define MUSTER_INDEX_CATALOG_TAG_KIND_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>

#include "absl/time/time.h"

namespace muster::index {

// DO NOT CHANGE the numbers: they are stored and sent over the wire.
enum class TagKind : uint8_t { kFlag = 1, kSingle = 2, kMulti = 3, kNumber = 4, kDate = 5, kTimestamp = 6 };

// Plain values. Text is read in two places, each with a switch over all kinds:
// index/loading/plan/scalar_cell.h reads cells, which come in many formats, and
// query/binding/literal_extent.h reads literals, which may lie between two stored numbers.
struct TagKindTraits {
  const char* name = "";     // as users write it
  bool has_texts = false;    // values are texts with ids, a row each
  bool has_values = false;   // values can be listed, each with its members: texts, true and false
  bool is_numeric = false;   // a value is a number in slices: it is ordered, and has a least and a greatest
  bool has_scale = false;    // a decimal number, so that a sum is meaningful
  bool has_format = false;   // cells may be written in several formats
  bool has_several = false;  // several values for each member: cells are lists
  bool has_weights = false;  // may be declared with weights
};

// By kind number; 0 stands for no kind, as in a load that leaves the kind to the catalogue.
inline constexpr TagKindTraits kTagKinds[] = {
    {},
    {.name = "FLAG", .has_values = true},
    {.name = "SINGLE", .has_texts = true, .has_values = true},
    {.name = "MULTI", .has_texts = true, .has_values = true, .has_several = true, .has_weights = true},
    {.name = "NUMBER", .is_numeric = true, .has_scale = true},
    {.name = "DATE", .is_numeric = true, .has_format = true},
    {.name = "TIMESTAMP", .is_numeric = true, .has_format = true},
};

constexpr bool IsTagKind(uint64_t number) { return number > 0 && number < std::size(kTagKinds); }

constexpr const TagKindTraits& TraitsOf(TagKind kind) { return kTagKinds[static_cast<size_t>(kind)]; }

// FLAG, SINGLE, MULTI … as users write it.
constexpr const char* TagKindName(TagKind kind) { return TraitsOf(kind).name; }

// The format of printed numbers.
struct NumberForm {
  int scale = 0;        // has_scale
  absl::TimeZone zone;  // TIMESTAMP
};

// A stored value as an expression writes it: true or false (for kTrueValue and kOwnValue), or the number.
// REQUIRES: the kind has no texts.
std::string StoredValueText(TagKind kind, int64_t stored, const NumberForm& form);

}  // namespace muster::index

#endif  // MUSTER_INDEX_CATALOG_TAG_KIND_H_
