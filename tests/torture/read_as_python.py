"""Reads texts with Python's csv module, for python_csv_test.cc.

Standard input: texts, each as a line `BYTES DELIMITER QUOTE ESCAPE` (character codes, 0: none) and so many bytes.
Standard output: a line a record as the C++ test writes it down; `E` for an unclosed quote, `M` where the records
that follow depend on how one begins anew behind a stray quote, `.` at the end of each text.
"""
import csv
import sys


def shown(cell):
    return cell.encode("latin-1").hex()


def records_of(text, delimiter, quote, escape):
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    if not lines[-1]:
        lines.pop()
    reader = csv.reader(
        lines, delimiter=delimiter, quotechar=quote or None, escapechar=escape or None, doublequote=True,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                yield "E"
                return
            yield f"{line}!"
            if reader.line_num != line:
                yield "M"
                return
            continue
        if cells:
            yield "|".join([str(line)] + [shown(cell) for cell in cells])


def main():
    data = sys.stdin.buffer
    while header := data.readline():
        size, *codes = map(int, header.split())
        text = data.read(size).decode("latin-1")
        for record in records_of(text, *("" if code == 0 else chr(code) for code in codes)):
            print(record)
        print(".")


main()
