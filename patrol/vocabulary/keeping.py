"""Vietnamese for what keeps the log alive: backups, terms of keeping, health."""

BACKUP = {
    "backup_unreadable": "Tệp sao lưu không đọc được: bị cụt, hỏng, hoặc không phải bản sao lưu của sổ này.",
    "backup_too_new": "Bản sao lưu do phiên bản mới hơn làm ra. Hãy cài phiên bản đó rồi khôi phục.",
    "backup_unsafe_name": "Bản sao lưu chứa tên tệp không an toàn, có thể đã bị sửa. Không dùng bản này.",
    "backup_member_missing": "Bản sao lưu thiếu một phần. Không dùng bản này.",
    "backup_member_changed": "Một phần của bản sao lưu đã bị sửa hoặc hỏng. Không dùng bản này.",
    "backup_other_columns": "Bảng trong bản sao lưu không khớp với lược đồ của nó. Không dùng bản này.",
    "backup_broken_keys": "Bản sao lưu có bản ghi trỏ tới bản ghi không tồn tại. Không dùng bản này.",
    "backup_unknown_schema": "Bản sao lưu theo lược đồ mà phiên bản này không biết. Hãy cài phiên bản mới hơn.",
    "backup_differs": "Dữ liệu đọc lại khác với dữ liệu đã ghi. Cơ sở dữ liệu đích đã được làm trống lại.",
    "database_not_empty": "Cơ sở dữ liệu đích đang có bản ghi. Chỉ khôi phục vào cơ sở dữ liệu trống.",
    "media_not_empty": "Thư mục MEDIA_DIR đang có tệp. Chỉ khôi phục vào thư mục trống.",
}
