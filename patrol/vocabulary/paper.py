"""Words for paper books sent as a workbook."""

BOOK_REFUSAL = {
    "book_empty": "Trang này chưa có dòng nào. Mỗi lượt ghi một dòng, dưới dòng tên cột.",
    "book_not_whole": "Có dòng chưa đọc được nên chưa dòng nào được ghi. Hãy sửa trong tệp rồi gửi lại.",
    "book_row_twice": "Hai dòng cùng quyển sổ, cùng số, cùng đơn vị chủ trì. Hãy bỏ một dòng hoặc sửa số.",
}
ROW_STATE = {
    "new": "Sẽ ghi",
    "known": "Đã có, giống hệt",
    "differs": "Đã có, khác dòng này; giữ bản đang có",
    "wrong": "Chưa đọc được",
}
