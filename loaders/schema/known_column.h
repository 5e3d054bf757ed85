// Checks the cells of a column against its tag in the catalogue.
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

  // Checks a cell that has a value. `line` is from 1.
  void Take(uint64_t line, absl::string_view cell);

  const v1::Tag& tag() const { return tag_; }
  GuessedKind Kind() const { return {tag_.kind(), tag_.scale(), ""}; }
  // The first cell that the tag doesn't accept; line 0: none.
  const SeenCell& conflict() const { return conflict_; }
  // A sentence about it, with the remedy. REQUIRES: conflict().seen().
  std::string Explain(absl::string_view population) const;

 private:
  bool Takes(absl::string_view cell);

  v1::Tag tag_;
  char decimal_point_;
  SeenCell conflict_;
  uint64_t conflicts_ = 0;
  // If cells fail only because of their decimals: the most decimals among them; otherwise 0.
  uint32_t decimals_ = 0;
  bool only_decimals_ = true;
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_KNOWN_COLUMN_H_
