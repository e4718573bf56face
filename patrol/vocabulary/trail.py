"""Vietnamese for what a check of the audit trail finds."""

SEAL_PROBLEM = {
    "line_changed": "Dòng số {line} không khớp niêm phong số {number}: dòng đã bị sửa, hoặc bị đổi chỗ.",
    "line_removed": "Dòng số {line} đã bị xoá; niêm phong số {number} còn ghi tên dòng này.",
    "link_missing": "Thiếu niêm phong số {number}: một phần chuỗi đã bị xoá.",
    "chain_cut": "Chuỗi không còn tới số {number} đã công bố: phần cuối đã bị cắt.",
    "head_differs": "Niêm phong số {number} khác với đầu chuỗi đã công bố: nhật ký đã bị làm lại.",
}
TRAIL_REFUSAL = {
    "not_a_head": "Không đọc được đầu chuỗi. Chép cả số và mã, ví dụ 1290:3f9a5c0e11d2b7a4 (ít nhất 16 ký tự).",
}
