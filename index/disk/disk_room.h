// Whether a disk has room for what is to be written, and how a message says that it has none.
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

// Why a write to `file` ended before its `bytes` were written, which the system doesn't say: ENOSPC, EDQUOT
// or EFBIG; 0 when there is room, so that the write failed for another reason. Finds out by trying: writes as
// much into a nameless file of the same folder.
int WhyNoRoom(const std::string& file, uint64_t bytes);

// Writes all of `bytes` to an open file: 0, or errno. What the system takes in pieces is written in pieces.
int WriteAll(int file, std::string_view bytes);

// Why this process can't write in a folder that is there: EROFS, it is mounted for reading alone; EACCES, its
// user has no right to; 0 when it can, or when the folder is not there.
int WhyNotWritable(const std::string& folder);

// FAILED_PRECONDITION, kReadOnly, in one sentence: `doing` ("writing to /srv/p"), and the mend.
absl::Status ReadOnly(std::string_view doing);

}  // namespace muster::index

#endif  // MUSTER_INDEX_DISK_DISK_ROOM_H_
