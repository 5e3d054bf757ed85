// A column that is a tag of the catalogue: do its cells fit?
#ifndef MUSTER_LOADERS_SCHEMA_KNOWN_COLUMN_H_
#define MUSTER_LOADERS_SCHEMA_KNOWN_COLUMN_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "loaders/schema/column_guess.h"
#include "muster/v1/catalog_service.pb.h"

namespace muster::loaders {

// Compares cells with the kind and scale of a tag, as the server will. A plain value.
class KnownColumn {
 public:
  explicit KnownColumn(v1::Tag tag, char decimal_point = '.')
      : tag_(std::move(tag)), decimal_point_(decimal_point) {}

  // Takes a cell that has a value. `line` is from 1.
  void Take(uint64_t line, absl::string_view cell);

  const v1::Tag& tag() const { return tag_; }
  GuessedKind Kind() const { return {tag_.kind(), tag_.scale(), ""}; }
  // The first cell that the tag doesn't take; line 0: none.
  const SeenCell& conflict() const { return conflict_; }
  // A sentence about it, with the mend. REQUIRES: conflict().seen().
  std::string Explain(absl::string_view population) const;

 private:
  bool Takes(absl::string_view cell);

  v1::Tag tag_;
  char decimal_point_;
  SeenCell conflict_;
  uint64_t conflicts_ = 0;
  // The most decimals of the numbers that don't fit, when it is only for their decimals that cells don't fit.
  uint32_t decimals_ = 0;
  bool only_decimals_ = true;
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_KNOWN_COLUMN_H_
