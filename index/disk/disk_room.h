// Whether a disk has room for a write, and the error message when it has none.
#ifndef MUSTER_INDEX_DISK_DISK_ROOM_H_
#define MUSTER_INDEX_DISK_DISK_ROOM_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace muster::index {

// Whether `error`, of errno, says that there was no room: the disk or a quota is full, or the file would be
// larger than it may be.
bool IsNoRoom(int error);

// RESOURCE_EXHAUSTED, kDiskFull, in one sentence: `doing` ("writing '/srv/list.csv'"), what is used up on
// which disk, `outcome` ("nothing was left there"), and the mend. `path`: a file or folder on that disk; it
// need not be there. REQUIRES: IsNoRoom(error).
absl::Status NoRoom(int error, std::string_view doing, const std::string& path, std::string_view outcome);

// What is used up on the disk of `path`: "the disk mounted at /srv is full (512 bytes free)".
std::string DescribeNoRoom(int error, const std::string& path);

// Why a write to `file` ended before its `bytes` were written, which the system doesn't report: ENOSPC,
// EDQUOT or EFBIG; 0 when there is room, so that the write failed for another reason. Finds out by writing as
// much into an unnamed file of the same folder.
int WhyNoRoom(const std::string& file, uint64_t bytes);

// Writes all of `bytes` to an open file, continuing after partial writes. Returns 0, or errno.
int WriteAll(int file, std::string_view bytes);

// Why this process can't write in an existing folder. EROFS: it is mounted read-only; EACCES: its user lacks
// the permission; 0: it can write, or the folder doesn't exist.
int WhyNotWritable(const std::string& folder);

// FAILED_PRECONDITION, kReadOnly, in one sentence: `doing` ("writing to /srv/p"), and the mend.
absl::Status ReadOnly(std::string_view doing);

}  // namespace muster::index

#endif  // MUSTER_INDEX_DISK_DISK_ROOM_H_
