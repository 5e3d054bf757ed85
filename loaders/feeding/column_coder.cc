#include "loaders/feeding/column_coder.h"

#include <string>

namespace muster::loaders {
namespace {

constexpr size_t kPlainBatches = 15;  // after a coded batch with too many different texts
constexpr size_t kBytesPerEnd = 4;    // of CellColumn.ends, in the server's memory

}  // namespace

absl::string_view ColumnCoder::Texts::At(uint16_t code) const {
  const uint32_t begin = code == 0 ? 0 : column->ends(code - 1);
  return absl::string_view(column->text()).substr(begin, column->ends(code) - begin);
}

void ColumnCoder::Begin(v1::CellColumn* column) {
  if (codes_ != nullptr && 2 * codes_->size() > batch_records_) {
    plain_batches_left_ = kPlainBatches;
  } else if (plain_batches_left_ > 0) {
    --plain_batches_left_;
  }
  column_ = column;
  batch_records_ = 0;
  codes_.reset();
  if (plain_batches_left_ == 0) codes_ = std::make_unique<CodeSet>(0, Texts{column}, Texts{column});
}

size_t ColumnCoder::Add(absl::string_view cell) {
  ++batch_records_;
  const size_t plain_bytes = cell.size() + kBytesPerEnd;
  if (codes_ == nullptr) {
    AppendText(cell);
    return plain_bytes;
  }
  auto found = codes_->find(cell);
  if (found == codes_->end()) {
    AppendText(cell);
    found = codes_->insert(static_cast<uint16_t>(column_->ends_size() - 1)).first;
  }
  const uint16_t code = *found;
  const char bytes[] = {static_cast<char>(code & 0xff), static_cast<char>(code >> 8)};
  column_->mutable_codes()->append(bytes, sizeof(bytes));
  return plain_bytes;
}

void ColumnCoder::AppendText(absl::string_view cell) {
  std::string& text = *column_->mutable_text();
  text.append(cell.data(), cell.size());
  column_->add_ends(static_cast<uint32_t>(text.size()));
}

}  // namespace muster::loaders
