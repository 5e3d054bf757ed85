// Builds one column of cells for a batch: plain, or coded where cells repeat.
#ifndef MUSTER_LOADERS_FEEDING_COLUMN_CODER_H_
#define MUSTER_LOADERS_FEEDING_COLUMN_CODER_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "muster/v1/load_service.pb.h"

namespace muster::loaders {

// The most records of a batch: a code has two bytes, and each record may have a text of its own.
inline constexpr size_t kCodedRecordsMax = size_t{1} << 16;

// Fills the same column of one batch after another. The first batch is coded. Where more than half of a
// batch's cells are different, looking texts up costs more than it saves: then some batches are plain before
// the next one is coded again. Not thread-safe. Movable.
class ColumnCoder {
 public:
  // Begins the next batch. Lifetime: `column`, which is empty, outlives the batch.
  void Begin(v1::CellColumn* column);
  // Appends a record's cell. Returns about how many bytes the cell takes in a plain column: the server needs
  // that much memory for a coded column too. REQUIRES: fewer than kCodedRecordsMax records in the batch.
  size_t Add(absl::string_view cell);

 private:
  // Hash and equality of a set of codes, by the texts that they stand for in the column. Also takes a text
  // itself, so that the set finds the code of a text.
  struct Texts {
    using is_transparent = void;
    const v1::CellColumn* column;

    absl::string_view At(uint16_t code) const;
    absl::string_view At(absl::string_view text) const { return text; }
    template <typename Text>
    size_t operator()(const Text& text) const {
      return absl::Hash<absl::string_view>{}(At(text));
    }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return At(a) == At(b);
    }
  };
  using CodeSet = absl::flat_hash_set<uint16_t, Texts, Texts>;

  void AppendText(absl::string_view cell);

  v1::CellColumn* column_ = nullptr;
  size_t batch_records_ = 0;
  std::unique_ptr<CodeSet> codes_;  // the codes of a coded batch; null: the batch is plain
  size_t plain_batches_left_ = 0;   // until a batch is coded again
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FEEDING_COLUMN_CODER_H_
