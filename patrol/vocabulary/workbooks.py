"""Words for workbooks people send in and take away."""

# Why a workbook somebody sent in can't be taken; nothing of it is kept.
WORKBOOK = {
    "workbook_missing": "Chưa chọn tệp nào. Hãy chọn tệp .xlsx rồi gửi lại.",
    "not_a_workbook": "Đây không phải tệp Excel .xlsx. Hãy mở bằng Excel, lưu kiểu .xlsx rồi gửi lại.",
    "workbook_old": "Đây là tệp Excel kiểu cũ (.xls). Hãy mở bằng Excel, lưu kiểu .xlsx rồi gửi lại.",
    "workbook_locked": "Tệp có mật khẩu nên không đọc được. Hãy bỏ mật khẩu, lưu lại rồi gửi.",
    "workbook_too_big": "Tệp quá lớn. Hãy chia thành nhiều tệp nhỏ hơn, hoặc xoá hình ảnh và các trang không cần.",
    "workbook_damaged": "Tệp bị hỏng, không đọc được. Hãy mở bằng Excel, lưu lại rồi gửi.",
    "formula_without_value": "Tệp có công thức chưa được tính. Hãy mở bằng Excel, lưu lại rồi gửi.",
    "columns_missing": "Thiếu cột. Hãy dùng đúng tệp mẫu và giữ nguyên tên các cột.",
    "columns_twice": "Có hai cột trùng tên. Hãy bỏ bớt một cột.",
    "cell_without_header": "Có ô ghi ngoài các cột của mẫu. Hãy xoá ô đó hoặc chuyển vào đúng cột.",
    "too_many_rows": "Trang có quá nhiều dòng. Hãy chia thành nhiều tệp, và xoá các dòng trống ở cuối trang.",
    "too_many_columns": "Trang có quá nhiều cột. Hãy dùng đúng tệp mẫu.",
    "sheet_missing": "Thiếu trang cần có. Hãy dùng đúng tệp mẫu và giữ nguyên tên trang.",
}
