#include "index/versions/verification/row_sums.h"

#include "absl/strings/str_cat.h"
#include "index/bitmap/row_source.h"
#include "index/storage/pages/keys.h"

namespace muster::index {

std::string RowText(const Subject& owner, RowId row) {
  return absl::StrCat(SubjectText(owner), ", row ", row >> 8, ".", row & 0xff);
}

void RowSums::Visit(const Transaction& transaction, std::string_view key, std::string_view value) {
  findings_.Count(1, key.size() + value.size());
  const bool is_store = owner_ == Subject::Kind::kStore;
  if (key.size() != 12)
    return findings_.Problem(
        absl::StrCat("a key of the ", is_store ? "stores" : "edges", " has another size"));
  const uint32_t id = ReadU32(key.data()), row = ReadU32(key.data() + 4);
  if (!sum_.begun || sum_.id != id || sum_.row != row) {
    End(transaction);
    sum_ = {true, id, row};
  }
  const absl::StatusOr<DecodedRecord> decoded = DecodeRecord(RecordBytesOf(value));
  if (!decoded.ok() || (decoded->kind == RecordKind::kImage) != is_store) {
    const Subject owner{owner_, id, ""};
    findings_.Problem(owner, absl::StrCat(RowText(owner, row), ", fragment ", ReadU32(key.data() + 8), ": ",
                                          decoded.ok() ? "the record is of another kind"
                                                       : std::string(decoded.status().message())));
    return;
  }
  sum_.cardinality += decoded->bitmap.Cardinality();
  ++sum_.records;
}

void RowSums::End(const Transaction& transaction) {
  if (sum_.begun && ended_ != nullptr) ended_(transaction, sum_);
  sum_ = {};
}

RecordWalk WalkFor(Findings& findings) {
  RecordWalk walk;
  walk.go_on = [&findings](size_t) { return findings.Progress(); };
  return walk;
}

}  // namespace muster::index
