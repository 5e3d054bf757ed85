#include "index/versions/snapshots/fragment_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "index/versions/records/version_record.h"

namespace muster::index {
namespace {

absl::StatusOr<Bitmap> Decode(RecordBytes record, RowRef row, uint32_t fragment) {
  absl::StatusOr<DecodedRecord> decoded = DecodeRecord(record);
  if (!decoded.ok()) {
    return Corrupt(absl::StrCat("fragment ", fragment, " of row ", row.row, " of tag ", row.tag, " (",
                                absl::string_view(decoded.status().message()), ")"));
  }
  return std::move(decoded->bitmap);
}

}  // namespace

absl::StatusOr<Bitmap> ReadResolved(const ResolvedRow& resolved, uint32_t place, RowRef row,
                                    uint32_t fragment) {
  const ResolvedRow::Fragment& at = resolved.fragments[place];
  ASSIGN_OR_RETURN(Bitmap bitmap, Decode(at.image, row, fragment));
  for (uint32_t i = 0; i < at.flip_count; ++i) {
    ASSIGN_OR_RETURN(const Bitmap flips, Decode(resolved.flips[at.first_flip + i], row, fragment));
    bitmap.Xor(flips);
  }
  return bitmap;
}

FragmentReader::FragmentReader(const Snapshot& snapshot) : source_(snapshot.NewRowSource()) {}

absl::StatusOr<Bitmap> FragmentReader::Resolve(RowRef row, uint32_t fragment) {
  RETURN_IF_ERROR(source_->Resolve(row, resolved_));
  return ReadResolved(resolved_, 0, row, fragment);
}

absl::StatusOr<Bitmap> FragmentReader::Read(RowRef row, uint32_t fragment) {
  RETURN_IF_ERROR(source_->BeginWindow(fragment, 1));
  absl::StatusOr<Bitmap> bitmap = Resolve(row, fragment);
  source_->EndWindow();
  return bitmap;
}

absl::StatusOr<std::vector<Bitmap>> FragmentReader::ReadRows(absl::Span<const RowRef> rows,
                                                             uint32_t fragment) {
  absl::Status status = source_->BeginWindow(fragment, 1);
  RETURN_IF_ERROR(status);
  std::vector<Bitmap> bitmaps;
  bitmaps.reserve(rows.size());
  for (const RowRef& row : rows) {
    absl::StatusOr<Bitmap> bitmap = Resolve(row, fragment);
    if (!bitmap.ok()) {
      status = bitmap.status();
      break;
    }
    bitmaps.push_back(*std::move(bitmap));
  }
  source_->EndWindow();
  RETURN_IF_ERROR(status);
  return bitmaps;
}

absl::StatusOr<std::vector<Bitmap>> FragmentReader::ReadWindow(RowRef row,
                                                               absl::Span<const uint32_t> fragments) {
  const uint32_t first = fragments.front();
  RETURN_IF_ERROR(source_->BeginWindow(first, fragments.back() - first + 1));
  absl::Status status = source_->Resolve(row, resolved_);
  std::vector<Bitmap> bitmaps;
  bitmaps.reserve(fragments.size());
  for (size_t i = 0; status.ok() && i < fragments.size(); ++i) {
    absl::StatusOr<Bitmap> bitmap = ReadResolved(resolved_, fragments[i] - first, row, fragments[i]);
    status = bitmap.status();
    if (bitmap.ok()) bitmaps.push_back(*std::move(bitmap));
  }
  source_->EndWindow();
  RETURN_IF_ERROR(status);
  return bitmaps;
}

}  // namespace muster::index
